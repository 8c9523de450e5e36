package io.sluice.store;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One side's way to the database: transactions that write, and transactions that only read.
 *
 * <p>Blocks; never called on an event loop. Safe for any thread.
 */
public final class Connections implements AutoCloseable {

    private static final int MAX_REPETITIONS = 10;

    private final HikariDataSource writers;
    private final HikariDataSource readers;
    private final Dialect dialect;
    private final @Nullable SqliteDeadline deadline;

    /** Connections whose bounds in time are the server's, or none. */
    Connections(HikariDataSource writers, HikariDataSource readers, Dialect dialect) {
        this(writers, readers, dialect, null);
    }

    /**
     * Connections of two pools.
     *
     * @param deadline of each transaction; owned
     */
    Connections(
            HikariDataSource writers,
            HikariDataSource readers,
            Dialect dialect,
            @Nullable SqliteDeadline deadline) {
        this.writers = writers;
        this.readers = readers;
        this.dialect = dialect;
        this.deadline = deadline;
    }

    /**
     * Does {@code work} in one transaction, again where the database asks for it.
     *
     * @throws StoreException if it was not committed, or nobody knows whether it was
     */
    public <T> T write(Work<T> work) {
        for (int repetition = 0; ; repetition++) {
            try {
                return attempt(writers, work);
            } catch (SQLException e) {
                if (!dialect.isWorthRepeating(e) || repetition == MAX_REPETITIONS) {
                    throw failure(e);
                }
            }
        }
    }

    /**
     * Reads in one transaction.
     *
     * @throws StoreException if it cannot
     */
    public <T> T read(Work<T> work) {
        try {
            return attempt(readers, work);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /**
     * Reads the first of what {@code work} finds, or {@code null} where it finds nothing.
     *
     * @throws StoreException if it cannot
     */
    <T> @Nullable T readFirst(Work<List<T>> work) {
        List<T> found = read(work);
        return found.isEmpty() ? null : found.getFirst();
    }

    Dialect dialect() {
        return dialect;
    }

    private <T> T attempt(HikariDataSource pool, Work<T> work) throws SQLException {
        try (Connection connection = pool.getConnection();
                SqliteDeadline.Guard _ = deadline == null ? null : deadline.begin(connection)) {
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        }
    }

    private static void rollBack(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private StoreException failure(SQLException e) {
        StoreException.Reason reason =
                e instanceof SQLTransientConnectionException
                        ? StoreException.Reason.UNAVAILABLE
                        : dialect.reason(e);
        return new StoreException(
                reason,
                "the database (" + dialect.engine() + ") failed: " + dialect.describe(e),
                e);
    }

    @Override
    public void close() {
        writers.close();
        readers.close();
        if (deadline != null) {
            deadline.close();
        }
    }
}
