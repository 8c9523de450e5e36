package io.sluice.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.DB;

/**
 * Cuts transactions off that take too long, which SQLite does not do by itself: the thread {@code
 * sqlite-deadline}. Safe for any thread.
 */
final class SqliteDeadline implements AutoCloseable {

    private static final Duration AGAIN = Duration.ofMillis(100);

    private final Duration limit;
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("sqlite-deadline").factory());

    SqliteDeadline(Duration limit) {
        this.limit = limit;
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * Watches over what a connection does until the guard is closed.
     *
     * @throws SQLException if it is none of SQLite's
     */
    Guard begin(Connection connection) throws SQLException {
        Guard guard = new Guard(connection.unwrap(SQLiteConnection.class).getDatabase());
        guard.started(
                timer.scheduleAtFixedRate(
                        guard::onOver, limit.toMillis(), AGAIN.toMillis(), TimeUnit.MILLISECONDS));
        return guard;
    }

    /** Watches over one transaction; an interruption between two statements is made again. */
    static final class Guard implements AutoCloseable {

        private final DB database;
        private @Nullable Future<?> timeout;
        private boolean isEnded;

        private Guard(DB database) {
            this.database = database;
        }

        private synchronized void started(Future<?> running) {
            timeout = running;
        }

        private synchronized void onOver() {
            if (!isEnded) {
                try {
                    database.interrupt();
                } catch (SQLException _) {
                    // It is closed, and runs nothing.
                }
            }
        }

        @Override
        public synchronized void close() {
            isEnded = true;
            if (timeout != null) {
                timeout.cancel(false);
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
