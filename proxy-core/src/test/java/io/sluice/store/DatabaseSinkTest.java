package io.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sluice.auth.Owner;
import io.sluice.ledger.Settlement;
import io.sluice.ledger.SettlementSink;
import io.sluice.ledger.SinkUnavailableException;
import io.sluice.testing.RestartablePostgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatabaseSinkTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Samples.NOW);
    private static final String WRITER = "journal-1";

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void storesEachRowOnce_whateverIsReplayedAndWhereverItBreaksOff(Engines engine)
            throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Settlement> journal = Rows.random(random, 400);
        try (Database database = engine.migrated(folder)) {
            DatabaseSink sink = sink(database);
            int position = 0;
            while (position < journal.size()) {
                int from = random.nextInt(4) == 0 ? random.nextInt(position + 1) : position;
                int to = Math.min(journal.size(), position + random.nextInt(60));
                List<Settlement> batch = journal.subList(Math.min(from, to), to);
                if (random.nextInt(3) == 0) {
                    breakOff(database, sink, batch, to);
                } else {
                    sink.write(WRITER, batch, to);
                    position = to;
                }
                assertThat(sink.position(WRITER))
                        .as("seed " + seed)
                        .isIn((long) position, SettlementSink.NO_POSITION);
            }

            assertThat(Rows.count(database, "calls")).as("seed " + seed).isEqualTo(400);
            assertThat(Rows.stored(database, "rollups_daily", 1))
                    .as("seed " + seed)
                    .isEqualTo(Rows.expected(journal));
            assertThat(Rows.stored(database, "rollups_hourly", 24))
                    .as("seed " + seed)
                    .isEqualTo(Rows.expected(journal));
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsWhatTheRowSays(Engines engine) throws Exception {
        try (Database database = engine.migrated(folder)) {
            Settlement row = Rows.random(new Random(1));
            sink(database).write(WRITER, List.of(row, row), 1);

            List<String> stored =
                    database.admin()
                            .read(connection -> {
                                try (var statement = connection.createStatement();
                                        var rows =
                                                statement.executeQuery(
                                                        "SELECT call_id, request_id, team_id,"
                                                                + " dollar_picos FROM calls")) {
                                    rows.next();
                                    return List.of(
                                            rows.getString(1),
                                            rows.getString(2),
                                            rows.getString(3),
                                            rows.getString(4));
                                }
                            });

            assertThat(stored)
                    .containsExactly(
                            CallRows.callId(row).toString(),
                            row.requestId(),
                            "team\uFFFD\uFFFD",
                            Long.toString(row.cost().dollarPicos()));
        }
    }

    @Test
    void saysWhichRuleRefusedARow_andNoneOfItsValues() throws Exception {
        try (Database database = Engines.POSTGRESQL.migrated(folder)) {
            Rows.execute(
                    database,
                    "ALTER TABLE calls ADD CONSTRAINT no_gpt CHECK (model_sent <> 'gpt-4o')");
            Rows.execute(
                    database,
                    "ALTER TABLE rollups_hourly ADD CONSTRAINT no_key CHECK (id <> 'key-1')");
            Settlement row = Rows.random(new Random(1));

            String ofRow = refusal(() -> sink(database).write(WRITER, List.of(row), 1));
            Rows.execute(database, "ALTER TABLE calls DROP CONSTRAINT no_gpt");
            String ofSums =
                    refusal(() ->
                            sink(database)
                                    .write(
                                            WRITER,
                                            List.of(Rows.row(new Random(1), 20_000, "key-1")),
                                            1));

            assertThat(ofRow).contains("SQLSTATE 23514", "no_gpt");
            assertThat(ofSums).contains("SQLSTATE 23514", "no_key");
            assertThat(ofRow + ofSums)
                    .doesNotContain("gpt-4o", row.requestId(), "key-1", "team", "claude");
        }
    }

    /** What is said of a row that is refused, with all its causes. */
    private static String refusal(ThrowableAssert.ThrowingCallable writing) {
        StringWriter text = new StringWriter();
        catchThrowable(writing).printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @ParameterizedTest
    @EnumSource
    void movesOnWithoutRows_perWriter(Engines engine) throws Exception {
        try (Database database = engine.migrated(folder)) {
            DatabaseSink sink = sink(database);

            sink.write(WRITER, List.of(), 17);
            sink.write("journal-2", List.of(), 4);

            assertThat(sink.position(WRITER)).isEqualTo(17);
            assertThat(sink.position("journal-2")).isEqualTo(4);
            assertThat(sink.position("journal-3")).isEqualTo(SettlementSink.NO_POSITION);
        }
    }

    @ParameterizedTest
    @EnumSource
    void staysExact_whileSixteenWritersAndAnOperatorUseTheSameKeys(Engines engine) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<List<Settlement>> journals = new ArrayList<>();
        List<Settlement> all = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            journals.add(Rows.random(random, 60));
            all.addAll(journals.getLast());
        }
        AtomicBoolean isOver = new AtomicBoolean();
        try (Database database = engine.migrated(folder);
                ExecutorService threads = Executors.newFixedThreadPool(17)) {
            KeyRepository keys = new KeyRepository(database.admin(), new ChangeLog(CLOCK));
            for (int i = 0; i < 3; i++) {
                keys.insert(Samples.plainKey("key-" + i, Owner.NONE, null));
            }
            CompletableFuture<Void> operator =
                    CompletableFuture.runAsync(() -> operate(keys, isOver), threads);
            List<CompletableFuture<Void>> writers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                List<Settlement> journal = journals.get(i);
                List<Settlement> neighbour = journals.get((i + 1) % 16);
                String writer = "journal-" + i;
                writers.add(
                        CompletableFuture.runAsync(
                                () -> writeAll(database, writer, journal, neighbour), threads));
            }
            CompletableFuture<Void> written =
                    CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new));
            try {
                written.join();
            } finally {
                isOver.set(true);
            }
            operator.join();

            assertThat(Rows.count(database, "calls")).as("seed " + seed).isEqualTo(16 * 60);
            assertThat(Rows.stored(database, "rollups_daily", 1))
                    .as("seed " + seed)
                    .isEqualTo(Rows.expected(all));
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesOverRows_thatAreOlderThanRetention(Engines engine) throws Exception {
        List<String> heard = new ArrayList<>();
        StoreListener listener =
                new StoreListener() {
                    @Override
                    public void onRowsTooOld(int rows, int oldestDay) {
                        heard.add(rows + " " + (oldestDay - Rows.FIRST_DAY));
                    }
                };
        try (Database database = engine.migrated(folder)) {
            DatabaseSink sink =
                    new DatabaseSink(database, new Retention(Duration.ofDays(2)), listener, CLOCK);
            Random random = new Random(1);

            sink.write(
                    WRITER,
                    List.of(
                            Rows.row(random, Rows.FIRST_DAY - 3, "k"),
                            Rows.row(random, Rows.FIRST_DAY - 2, "k"),
                            Rows.row(random, Rows.FIRST_DAY, "k")),
                    3);

            assertThat(heard).containsExactly("1 -3");
            assertThat(Rows.count(database, "calls")).isEqualTo(2);
            assertThat(sink.position(WRITER)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysThatTheRowsAreAtFault_whereTheyAre(Engines engine) {
        try (Database database = engine.migrated(folder)) {
            Rows.execute(
                    database,
                    engine == Engines.POSTGRESQL
                            ? "ALTER TABLE calls ADD CHECK (key_id <> 'key-0')"
                            : "CREATE TRIGGER refused BEFORE INSERT ON calls WHEN NEW.key_id ="
                                    + " 'key-0' BEGIN SELECT RAISE(ABORT, 'refused'); END");
            DatabaseSink sink = sink(database);
            Settlement refused = Rows.row(new Random(1), Rows.FIRST_DAY, "key-0");

            assertThatThrownBy(() -> sink.write(WRITER, List.of(refused), 1))
                    .isInstanceOf(StoreException.class);

            assertThat(Rows.count(database, "calls")).isZero();
        }
    }

    @Test
    void losesNothingAndDoublesNothing_whenPostgresIsKilledMeanwhile() throws Exception {
        List<Settlement> journal = Rows.random(new Random(7), 3000);
        try (RestartablePostgres postgres = RestartablePostgres.start(folder.resolve("data"));
                Database database = Engines.open(postgres.url(), folder)) {
            database.schema().migrate();
            DatabaseSink sink = sink(database);
            CompletableFuture<Integer> some = new CompletableFuture<>();
            CompletableFuture<Integer> failures =
                    CompletableFuture.supplyAsync(() -> writeOnAndOn(sink, journal, some));

            some.join();
            postgres.kill();
            postgres.startAgain();

            assertThat(failures.join()).isPositive();
            assertThat(Rows.count(database, "calls")).isEqualTo(journal.size());
            assertThat(Rows.stored(database, "rollups_daily", 1)).isEqualTo(Rows.expected(journal));
        }
    }

    private static int writeOnAndOn(
            DatabaseSink sink, List<Settlement> journal, CompletableFuture<Integer> some) {
        int failures = 0;
        int position = 0;
        while (position < journal.size()) {
            int to = Math.min(journal.size(), position + 10);
            try {
                sink.write(WRITER, journal.subList(position, to), to);
                position = to;
                if (position >= 100) {
                    some.complete(position);
                }
            } catch (SinkUnavailableException e) {
                failures++;
            }
        }
        return failures;
    }

    private static void writeAll(
            Database database,
            String writer,
            List<Settlement> journal,
            List<Settlement> neighbour) {
        DatabaseSink sink = sink(database);
        for (int i = 0; i < journal.size(); i += 20) {
            List<Settlement> batch = new ArrayList<>(journal.subList(i, i + 20));
            batch.addAll(neighbour.subList(0, 5));
            try {
                sink.write(writer, batch, i + 20L);
            } catch (SinkUnavailableException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void operate(KeyRepository keys, AtomicBoolean isOver) {
        for (int i = 0; !isOver.get(); i++) {
            keys.setBlocked("key-" + i % 3, i % 2 == 0, Samples.NOW, "operator");
        }
    }

    private static void breakOff(
            Database database, DatabaseSink sink, List<Settlement> batch, int position) {
        Rows.execute(database, "ALTER TABLE writer_positions RENAME TO hidden");
        assertThatThrownBy(() -> sink.write(WRITER, batch, position))
                .isInstanceOf(SinkUnavailableException.class);
        Rows.execute(database, "ALTER TABLE hidden RENAME TO writer_positions");
    }

    private static DatabaseSink sink(Database database) {
        return new DatabaseSink(database, Retention.FOR_EVER, StoreListener.NONE, CLOCK);
    }
}
