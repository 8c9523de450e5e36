package io.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.auth.Owner;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyRepositoryTest {

    @TempDir private Path folder;

    private final ChangeLog changes = new ChangeLog(InstantSource.fixed(Samples.NOW));
    private final List<String> told = new ArrayList<>();

    @ParameterizedTest
    @EnumSource
    void readsWhatItStored(Engines engine) {
        with(engine, keys -> {
            KeyRecord stored = keys.insert(Samples.key("k1"));

            assertThat(stored.stamp().version()).isPositive();
            assertThat(keys.find("k1")).isEqualTo(stored);
            assertThat(keys.find(Samples.digest("k1"))).isEqualTo(stored);
            assertThat(keys.findByAlias("alias-k1")).isEqualTo(stored);
            assertThat(keys.find("k2")).isNull();
            assertThat(stored).usingRecursiveComparison()
                    .ignoringFields("stamp")
                    .isEqualTo(Samples.key("k1"));
        });
    }

    @ParameterizedTest
    @EnumSource
    void refusesSecondKey_withTheSameAlias(Engines engine) {
        with(engine, keys -> {
            keys.insert(Samples.key("k1"));
            KeyRecord other = Samples.key("k2");
            KeyRecord same =
                    new KeyRecord(
                            "k2",
                            other.digest(),
                            other.display(),
                            other.kind(),
                            "alias-k1",
                            other.owner(),
                            null,
                            other.life(),
                            other.terms(),
                            false,
                            other.spendSince(),
                            other.stamp());

            assertThatThrownBy(() -> keys.insert(same)).satisfies(KeyRepositoryTest::isConflict);
        });
    }

    @ParameterizedTest
    @EnumSource
    void refusesChange_thatWasMadeFromAnOldVersion(Engines engine) {
        with(engine, keys -> {
            KeyRecord first = keys.insert(Samples.key("k1"));
            KeyRecord second = keys.update(first);

            assertThat(second.stamp().version()).isGreaterThan(first.stamp().version());
            assertThatThrownBy(() -> keys.update(first)).satisfies(KeyRepositoryTest::isConflict);
        });
    }

    @ParameterizedTest
    @EnumSource
    void tellsOfEveryChange(Engines engine) {
        with(engine, keys -> {
            keys.insert(Samples.key("k1"));
            told.clear();

            assertThat(keys.setBlocked("k1", true, Samples.NOW, "joe")).isTrue();
            assertThat(keys.revoke("k1", Samples.NOW, "joe")).isTrue();
            assertThat(keys.revoke("k1", Samples.NOW.plusSeconds(9), "joe")).isTrue();
            assertThat(keys.resetSpend("k1", Samples.NOW, "joe")).isTrue();
            KeyRecord changed = keys.find("k1");
            assertThat(keys.delete("k1")).isTrue();
            assertThat(keys.delete("k1")).isFalse();

            assertThat(changed).isNotNull();
            assertThat(changed.blocked()).isTrue();
            assertThat(changed.life().revokedAt()).isEqualTo(Samples.NOW);
            assertThat(changed.spendSince()).isEqualTo(Samples.NOW);
            assertThat(told).hasSize(6).containsOnly("KEY k1");
        });
    }

    @ParameterizedTest
    @EnumSource
    void listsPageByPage(Engines engine) {
        with(engine, keys -> {
            Owner team = new Owner(null, "t", null, null);
            for (int i = 0; i < 5; i++) {
                keys.insert(Samples.plainKey("k" + i, i == 3 ? Owner.NONE : team, null));
            }
            KeyRepository.Filter ofTeam = new KeyRepository.Filter(team, null);

            List<KeyRecord> first = keys.list(ofTeam, "", 3);
            List<KeyRecord> rest = keys.list(ofTeam, first.getLast().id(), 3);

            assertThat(first).extracting(KeyRecord::id).containsExactly("k0", "k1", "k2");
            assertThat(rest).extracting(KeyRecord::id).containsExactly("k4");
            assertThat(keys.count(ofTeam)).isEqualTo(4);
            assertThat(keys.count(KeyRepository.Filter.ALL)).isEqualTo(5);
        });
    }

    @ParameterizedTest
    @EnumSource
    void findsPartOfAlias_andTakesNoWildcards(Engines engine) {
        with(engine, keys -> {
            keys.insert(Samples.key("k1"));

            assertThat(keys.list(new KeyRepository.Filter(Owner.NONE, "as-k"), "", 9)).hasSize(1);
            assertThat(keys.list(new KeyRepository.Filter(Owner.NONE, "a%1"), "", 9)).isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource
    void neverGivesTheSameRequestTwice(Engines engine) {
        with(engine, keys -> {
            keys.insert(Samples.key("k1"));

            long taken = sum(16, () -> keys.takeRequests("k1", 1, Samples.NOW));

            assertThat(taken).isEqualTo(10);
            keys.returnRequests("k1", 4);
            assertThat(keys.takeRequests("k1", 100, Samples.NOW)).isEqualTo(4);
            assertThat(keys.takeRequests("k1", 1, Samples.NOW)).isZero();
            assertThat(keys.takeRequests("nobody", 1, Samples.NOW)).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource
    void countsUses_whereNothingBoundsThem(Engines engine) {
        with(engine, keys -> {
            keys.insert(Samples.plainKey("k1", Owner.NONE, null));

            keys.noteUses(
                    Map.of(
                            "k1", new KeyRepository.Use(5, Samples.NOW),
                            "gone", new KeyRepository.Use(1, Samples.NOW)));
            assertThat(keys.takeRequests("k1", 3, Samples.NOW)).isEqualTo(3);

            KeyRecord key = keys.find("k1");
            assertThat(key).isNotNull();
            assertThat(key.life().requestCount()).isEqualTo(8);
            assertThat(key.life().lastUsedAt()).isEqualTo(Samples.NOW);
        });
    }

    @ParameterizedTest
    @EnumSource
    void removesWhatHasExpired_andReportsIt(Engines engine) {
        with(engine, keys -> {
            keys.insert(Samples.plainKey("old", Owner.NONE, Samples.NOW.minusSeconds(1)));
            keys.insert(Samples.plainKey("new", Owner.NONE, Samples.NOW.plusSeconds(1)));
            keys.insert(Samples.plainKey("for-ever", Owner.NONE, null));

            assertThat(keys.removeExpired(Samples.NOW, 10))
                    .containsExactly(
                            new KeyRepository.Expired("old", null, Samples.NOW.minusSeconds(1)));

            assertThat(keys.list(KeyRepository.Filter.ALL, "", 9))
                    .extracting(KeyRecord::id)
                    .containsExactly("for-ever", "new");
        });
    }

    private void with(Engines engine, Consumer<KeyRepository> test) {
        changes.subscribe((kind, id) -> told.add(kind + " " + id));
        try (Database database = engine.migrated(folder)) {
            test.accept(new KeyRepository(database.admin(), changes));
        }
    }

    private static long sum(int threads, Supplier<Long> work) {
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<CompletableFuture<Long>> results = new ArrayList<>();
            for (int i = 0; i < 2 * threads; i++) {
                results.add(CompletableFuture.supplyAsync(work, executor));
            }
            return results.stream().mapToLong(CompletableFuture::join).sum();
        }
    }

    private static void isConflict(Throwable failure) {
        assertThat(failure)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.CONFLICT));
    }
}
