package io.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MaintenanceTest {

    @TempDir private Path folder;

    private Instant now = Samples.NOW;
    private final InstantSource clock = () -> now;
    private final List<Integer> dropped = new ArrayList<>();
    private final StoreListener listener =
            new StoreListener() {
                @Override
                public void onDayDropped(int day) {
                    dropped.add(day - Rows.FIRST_DAY);
                }
            };

    @Test
    void makesTablesAhead_andOneForEachLateDay() throws Exception {
        try (Database database = Engines.POSTGRESQL.migrated(folder);
                Maintenance maintenance =
                        new Maintenance(database, Retention.FOR_EVER, listener, clock)) {
            maintenance.run();
            maintenance.run();
            new DatabaseSink(database, Retention.FOR_EVER, listener, clock)
                    .write("w", List.of(Rows.row(new Random(1), Rows.FIRST_DAY - 30, "k")), 1);

            assertThat(new Partitions(database.data()).days())
                    .hasSize(16)
                    .contains(Rows.FIRST_DAY - 30, Rows.FIRST_DAY, Rows.FIRST_DAY + 14);
            assertThat(Partitions.name(Rows.FIRST_DAY)).isEqualTo("calls_20261121");
        }
    }

    @ParameterizedTest
    @EnumSource
    void dropsDays_whenTheyAreOlderThanRetention_andKeepsTheirSums(Engines engine)
            throws Exception {
        Retention retention = new Retention(Duration.ofDays(2));
        try (Database database = engine.migrated(folder);
                Maintenance maintenance =
                        new Maintenance(database, retention, listener, clock)) {
            Random random = new Random(1);
            DatabaseSink sink = new DatabaseSink(database, retention, listener, clock);
            for (int day = Rows.FIRST_DAY - 2; day <= Rows.FIRST_DAY; day++) {
                sink.write("w", List.of(Rows.row(random, day, "k")), day);
            }

            now = now.plus(Duration.ofDays(1));
            maintenance.run();

            assertThat(dropped).containsExactly(-2);
            assertThat(Rows.count(database, "calls")).isEqualTo(2);
            assertThat(Rows.stored(database, "rollups_daily", 1).keySet())
                    .filteredOn(key -> key.contains(" key k "))
                    .hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void forgetsOldNotesOfChanges(Engines engine) {
        try (Database database = engine.migrated(folder);
                Maintenance maintenance =
                        new Maintenance(database, Retention.FOR_EVER, listener, clock)) {
            new BudgetRepository(database.admin(), new ChangeLog(clock))
                    .insert(Samples.budget("b"));

            maintenance.run();
            assertThat(Rows.count(database, "changes")).isEqualTo(1);
            now = now.plus(Duration.ofDays(8));
            maintenance.run();

            assertThat(Rows.count(database, "changes")).isZero();
        }
    }
}
