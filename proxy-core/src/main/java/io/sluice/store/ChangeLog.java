package io.sluice.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Gives every change of an account its version, and tells who wants to know of it.
 *
 * <p>The listeners of this process hear of a change before the method that made it returns; other
 * processes through a {@code ChangeFeed}. Safe for any thread.
 */
public final class ChangeLog {

    /*
     * Changes of one kind happen one after the other: each takes the row of its kind in "versions"
     * first and holds it until it commits. So versions become visible in their order, and who has
     * seen version n has missed nothing before it. Every change takes that row before any other, so
     * two changes cannot wait for each other. Accounts are changed by people, a few times a second at
     * most; what calls do (counting requests, the ledger) changes no version.
     */

    /** What is done under a version. */
    @FunctionalInterface
    interface Change<T> {
        T with(Connection connection, long version) throws SQLException;
    }

    private final List<ChangeListener> listeners = new CopyOnWriteArrayList<>();
    private final InstantSource clock;

    /** A log that nobody listens to yet. */
    public ChangeLog(InstantSource clock) {
        this.clock = clock;
    }

    /** Tells {@code listener} of every change from now on. */
    public void subscribe(ChangeListener listener) {
        listeners.add(listener);
    }

    /** Does a change in a transaction, under the next version of its kind. */
    <T> T write(Connections connections, ChangeKind kind, String id, Change<T> change) {
        T result =
                connections.write(connection -> {
                    long version = next(connections.dialect(), connection, kind, id);
                    return change.with(connection, version);
                });
        tell(kind, id);
        return result;
    }

    /** Adds a change to one that is being done; the caller {@linkplain #tell tells} of it after. */
    long next(Dialect dialect, Connection connection, ChangeKind kind, String id)
            throws SQLException {
        try (PreparedStatement advance =
                connection.prepareStatement(
                        "UPDATE versions SET version = version + 1 WHERE kind = ?")) {
            new Parameters(advance).text(kind.code());
            advance.executeUpdate();
        }
        long version = newest(connection, kind);
        try (PreparedStatement note =
                connection.prepareStatement(
                        "INSERT INTO changes (kind, version, id, changed_at)"
                                + " VALUES (?, ?, ?, ?)")) {
            new Parameters(note).text(kind.code()).number(version).text(id).time(clock.instant());
            note.executeUpdate();
        }
        dialect.announce(connection, kind);
        return version;
    }

    void tell(ChangeKind kind, @Nullable String id) {
        for (ChangeListener listener : listeners) {
            listener.onChange(kind, id);
        }
    }

    static long newest(Connection connection, ChangeKind kind) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT version FROM versions WHERE kind = ?")) {
            new Parameters(select).text(kind.code());
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }
}
