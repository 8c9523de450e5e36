package io.sluice.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the database in shape: tables for the days to come, none for days that are over, no old
 * notes of changes. A thread, {@code store-maintenance}, does so at the start and every hour.
 */
public final class Maintenance implements AutoCloseable {

    private static final int DAYS_AHEAD = 14;
    private static final Duration PERIOD = Duration.ofHours(1);
    private static final Duration CHANGES_KEPT = Duration.ofDays(7);

    private final Connections connections;
    private final Partitions partitions;
    private final Retention retention;
    private final StoreListener listener;
    private final InstantSource clock;
    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, Maintenance::newThread);

    /** What is to be done, and is not begun. */
    public Maintenance(
            Database database, Retention retention, StoreListener listener, InstantSource clock) {
        connections = database.data();
        partitions = new Partitions(connections);
        this.retention = retention;
        this.listener = listener;
        this.clock = clock;
    }

    /** Begins, now. */
    public void start() {
        thread.scheduleWithFixedDelay(this::tryRun, 0, PERIOD.toSeconds(), TimeUnit.SECONDS);
    }

    private static Thread newThread(Runnable work) {
        Thread made = new Thread(work, "store-maintenance");
        made.setDaemon(true);
        return made;
    }

    private void tryRun() {
        try {
            run();
        } catch (StoreException e) {
            listener.onMaintenanceFailed(e);
        }
    }

    /** Does what is to be done now; throws {@link StoreException}. */
    public void run() {
        Instant now = clock.instant();
        int today = Math.toIntExact(TimeUnit.MILLISECONDS.toDays(now.toEpochMilli()));
        int oldest = retention.oldestDay(now);
        if (connections.dialect() instanceof PostgresDialect) {
            for (int day = today; day <= today + DAYS_AHEAD; day++) {
                partitions.ensure(day);
            }
            for (int day : partitions.days()) {
                if (day < oldest) {
                    partitions.drop(day);
                    listener.onDayDropped(day);
                }
            }
        } else {
            deleteDays(oldest);
        }
        forgetChanges(now.minus(CHANGES_KEPT));
    }

    /** Deletes the rows of the days before, each day in a transaction. */
    private void deleteDays(int before) {
        while (true) {
            Integer day =
                    connections.readFirst(connection -> {
                        try (PreparedStatement select =
                                connection.prepareStatement(
                                        "SELECT day FROM calls WHERE day < ? ORDER BY day"
                                                + " LIMIT 1")) {
                            new Parameters(select).number((long) before);
                            try (ResultSet rows = select.executeQuery()) {
                                return rows.next() ? List.of(rows.getInt(1)) : List.of();
                            }
                        }
                    });
            if (day == null) {
                return;
            }
            connections.write(connection -> {
                try (PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM calls WHERE day = ?")) {
                    new Parameters(delete).number((long) day);
                    return delete.executeUpdate();
                }
            });
            listener.onDayDropped(day);
        }
    }

    private void forgetChanges(Instant before) {
        connections.write(connection -> {
            try (PreparedStatement delete =
                    connection.prepareStatement("DELETE FROM changes WHERE changed_at < ?")) {
                new Parameters(delete).time(before);
                return delete.executeUpdate();
            }
        });
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
