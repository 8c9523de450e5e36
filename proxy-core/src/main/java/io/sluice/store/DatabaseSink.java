package io.sluice.store;

import io.sluice.ledger.Settlement;
import io.sluice.ledger.SettlementSink;
import io.sluice.ledger.SinkUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The ledger's way into the database: rows, their sums and the journal's position in one
 * transaction.
 *
 * <p>Called by one thread per writer; several processes may write at once.
 */
public final class DatabaseSink implements SettlementSink {

    /*
     * Each row of calls has its own key, and is inserted in the order of keys; only rows that are
     * new are summed, and sums are changed in the order of theirs, hours before days. So the same
     * batch twice changes nothing the second time, and two writers take common rows in one order
     * and never wait for each other in a ring. No row of an account is touched; of
     * leases, only those of the writer itself.
     */

    private final Connections connections;
    private final Retention retention;
    private final StoreListener listener;
    private final InstantSource clock;
    private final CallWriter calls;

    /** A sink into a database whose schema is up to date. */
    public DatabaseSink(
            Database database, Retention retention, StoreListener listener, InstantSource clock) {
        this.connections = database.data();
        this.retention = retention;
        this.listener = listener;
        this.clock = clock;
        this.calls =
                database.dialect() instanceof PostgresDialect
                        ? new PostgresCallWriter(new Partitions(connections))
                        : new SqliteCallWriter();
    }

    @Override
    public long position(String writerId) throws SinkUnavailableException {
        try {
            return connections.read(connection -> position(connection, writerId));
        } catch (StoreException e) {
            throw unavailable(e);
        }
    }

    @Override
    public void write(String writerId, List<Settlement> batch, long newPosition)
            throws SinkUnavailableException {
        List<Settlement> rows = inTime(batch);
        try {
            calls.prepare(connections, rows);
            connections.write(connection -> {
                store(connection, writerId, rows);
                moveOn(connection, writerId, newPosition);
                return newPosition;
            });
        } catch (StoreException e) {
            calls.forget();
            if (e.getCause() instanceof SQLException cause
                    && connections.dialect().isFaultOfRows(cause)) {
                throw e;
            }
            throw unavailable(e);
        }
    }

    private void store(Connection connection, String writerId, List<Settlement> rows)
            throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        Rollups rollups = new Rollups();
        List<Settlement> added = calls.insert(connection, rows);
        added.forEach(rollups::add);
        rollups.store(connection, connections.dialect());
        if (connections.dialect() instanceof PostgresDialect && !added.isEmpty()) {
            LeaseBooking.store(connection, writerId, added);
        }
    }

    private List<Settlement> inTime(List<Settlement> batch) {
        int oldest = retention.oldestDay(clock.instant());
        List<Settlement> rows = new ArrayList<>(batch.size());
        int tooOld = 0;
        int oldestSeen = Integer.MAX_VALUE;
        for (Settlement row : batch) {
            if (row.day() >= oldest) {
                rows.add(row);
            } else {
                tooOld++;
                oldestSeen = Math.min(oldestSeen, row.day());
            }
        }
        if (tooOld > 0) {
            listener.onRowsTooOld(tooOld, oldestSeen);
        }
        return rows;
    }

    private static long position(Connection connection, String writerId) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(
                        "SELECT position FROM writer_positions WHERE writer_id = ?")) {
            new Parameters(select).text(writerId);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : NO_POSITION;
            }
        }
    }

    private void moveOn(Connection connection, String writerId, long position) throws SQLException {
        try (PreparedStatement upsert =
                connection.prepareStatement(
                        "INSERT INTO writer_positions (writer_id, position, updated_at)"
                                + " VALUES (?, ?, ?) ON CONFLICT (writer_id) DO UPDATE"
                                + " SET position = excluded.position,"
                                + " updated_at = excluded.updated_at")) {
            new Parameters(upsert).text(writerId).number(position).time(clock.instant());
            upsert.executeUpdate();
        }
    }

    private static SinkUnavailableException unavailable(StoreException e) {
        return new SinkUnavailableException(String.valueOf(e.getMessage()), e);
    }
}
