package io.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ledger.Settlement;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SpendRepositoryTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Samples.NOW);

    @TempDir private Path folder;

    private final long seed = new Random().nextLong();
    private final List<Settlement> rows = Rows.random(new Random(seed), 200);

    @ParameterizedTest
    @EnumSource
    void sumsWhatWasSpentSinceAnyMoment(Engines engine) throws Exception {
        try (Database database = filled(engine)) {
            SpendRepository spend = new SpendRepository(database.data());
            Random random = new Random(seed);
            for (int i = 0; i < 20; i++) {
                Instant since =
                        Instant.ofEpochMilli(
                                Rows.FIRST_DAY * Rows.DAY_MILLIS
                                        + random.nextLong(3 * Rows.DAY_MILLIS));

                assertSince(
                        spend,
                        Dimension.KEY,
                        "key-1",
                        since,
                        row -> "key-1".equals(row.caller().keyId()));
                assertSince(
                        spend,
                        Dimension.TAG,
                        "red",
                        since,
                        row -> row.caller().tags().contains("red"));
                assertSince(spend, Dimension.GATEWAY, "", since, _ -> true);
                for (String model : List.of("gpt", "family")) {
                    assertSince(spend, Dimension.MODEL, model, since, row -> isNamed(row, model));
                    assertThat(spend.since(Dimension.GATEWAY, "", model, since))
                            .isEqualTo(spend.since(Dimension.MODEL, model, since));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsDaysAndModelsApart_whereAsked(Engines engine) throws Exception {
        try (Database database = filled(engine)) {
            SpendRepository spend = new SpendRepository(database.admin());
            int from = Rows.FIRST_DAY;

            List<SpendSum> plain =
                    spend.sums(Dimension.KEY, List.of(), from, from + 3, Set.of(), 100);
            List<SpendSum> fine =
                    spend.sums(
                            Dimension.KEY,
                            List.of("key-0", "key-1"),
                            from,
                            from + 2,
                            Set.of(SpendRepository.Detail.DAY, SpendRepository.Detail.MODEL),
                            100);

            assertThat(plain.stream().mapToLong(SpendSum::requests).sum()).isEqualTo(200);
            assertThat(plain)
                    .isSortedAccordingTo(Comparator.comparing(SpendSum::dollarPicos).reversed());
            assertThat(fine).extracting(SpendSum::id).containsOnly("key-0", "key-1");
            assertThat(fine).extracting(SpendSum::model).containsOnly("gpt", "claude");
            assertThat(fine).extracting(SpendSum::day).containsOnly((long) from, from + 1L);
            assertThat(spend.sums(Dimension.KEY, List.of(), from, from + 3, Set.of(), 2))
                    .hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void listsRowsPageByPage_newestFirst(Engines engine) throws Exception {
        try (Database database = filled(engine)) {
            SpendRepository spend = new SpendRepository(database.admin());
            SpendRepository.Filter filter =
                    new SpendRepository.Filter(
                            Instant.EPOCH,
                            Samples.NOW.plusSeconds(999_999),
                            "key-2",
                            null,
                            null,
                            "gpt");
            List<CallRow> all = new ArrayList<>();
            List<CallRow> page = spend.calls(filter, null, 7);
            while (!page.isEmpty()) {
                all.addAll(page);
                page = spend.calls(filter, page.getLast().place(), 7);
            }

            assertThat(all)
                    .as("seed " + seed)
                    .hasSize(
                            Math.toIntExact(
                                    rows.stream()
                                            .filter(row ->
                                                    "key-2".equals(row.caller().keyId())
                                                            && "gpt"
                                                                    .equals(
                                                                            row.asked()
                                                                                    .modelAsked()))
                                            .count()))
                    .doesNotHaveDuplicates()
                    .isSortedAccordingTo(
                            Comparator.comparingLong((CallRow row) -> row.place().admittedMillis())
                                    .reversed());
        }
    }

    @ParameterizedTest
    @EnumSource
    void staysAtTheMost_orGoesOnExactly_whereAmountsLeaveALong(Engines engine) throws Exception {
        try (Database database = filled(engine)) {
            Rows.execute(database, "UPDATE rollups_daily SET dollar_picos = 9223372036854775807");

            SpendSum sum =
                    new SpendRepository(database.admin())
                            .sums(
                                    Dimension.GATEWAY,
                                    List.of(),
                                    Rows.FIRST_DAY,
                                    Rows.FIRST_DAY + 3,
                                    Set.of(),
                                    10)
                            .getFirst();

            BigInteger most = BigInteger.valueOf(Long.MAX_VALUE);
            if (engine == Engines.SQLITE) {
                assertThat(sum.dollarPicos()).isEqualTo(most);
            } else {
                assertThat(sum.dollarPicos()).isGreaterThan(most);
            }
        }
    }

    private static boolean isNamed(Settlement row, String model) {
        return model.equals(row.asked().modelAsked()) || model.equals(row.asked().modelGroup());
    }

    private void assertSince(
            SpendRepository spend,
            Dimension dimension,
            String id,
            Instant since,
            Predicate<Settlement> belongs) {
        BigInteger dollars =
                rows.stream()
                        .filter(belongs)
                        .filter(row -> row.admittedMillis() >= since.toEpochMilli())
                        .map(row -> BigInteger.valueOf(Math.max(0, row.cost().dollarPicos())))
                        .reduce(BigInteger.ZERO, BigInteger::add);
        assertThat(spend.since(dimension, id, since))
                .as("seed %d, %s since %s", seed, dimension, since)
                .containsEntry(SpendRepository.DOLLARS, dollars);
    }

    private Database filled(Engines engine) throws Exception {
        Database database = engine.migrated(folder);
        new DatabaseSink(database, Retention.FOR_EVER, StoreListener.NONE, CLOCK)
                .write("w", rows, 1);
        return database;
    }
}
