package io.sluice.store;

import io.sluice.ledger.AttemptId;
import io.sluice.ledger.Settlement;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.postgresql.PGConnection;

/** COPY into a temporary table, and from there what is new into {@code calls}. */
final class PostgresCallWriter implements CallWriter {

    /*
     * COPY knows no ON CONFLICT, so the rows go to a temporary table first, which lives as long as
     * its connection and is emptied with each transaction. The text format: with a thousand rows it
     * is as fast as the binary one, and a message about it can be read.
     *
     * Nearly always every row is new, and then their number says so; only where it does not is the
     * insertion taken back and done once more with the names of what it added.
     *
     * The journal's segments go once their rows are committed, so the commit has to outlive the
     * server even where it is set up to say so early.
     */

    private static final String NAMES = String.join(", ", CallRows.COLUMNS);
    private static final String PREPARE =
            "SET LOCAL synchronous_commit TO on;"
                    + "CREATE TEMPORARY TABLE IF NOT EXISTS new_calls"
                    + " (LIKE calls INCLUDING DEFAULTS) ON COMMIT DELETE ROWS";
    private static final String COPY = "COPY new_calls (" + NAMES + ") FROM STDIN";
    private static final String INSERT =
            ("INSERT INTO calls (%s) SELECT %s FROM new_calls ORDER BY day, call_id, attempt"
                            + " ON CONFLICT DO NOTHING")
                    .formatted(NAMES, NAMES);
    private static final String INSERT_AND_NAME = INSERT + " RETURNING day, call_id, attempt";

    private final Partitions partitions;

    PostgresCallWriter(Partitions partitions) {
        this.partitions = partitions;
    }

    @Override
    public void prepare(Connections connections, List<Settlement> rows) {
        for (Settlement row : rows) {
            partitions.ensure(row.day());
        }
    }

    @Override
    public void forget() {
        partitions.forget();
    }

    @Override
    public List<Settlement> insert(Connection connection, List<Settlement> rows)
            throws SQLException {
        CopyText text = new CopyText();
        for (Settlement row : rows) {
            text.add(CallRows.values(row));
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(PREPARE);
            copy(connection, text);
            Savepoint before = connection.setSavepoint();
            if (statement.executeUpdate(INSERT) == rows.size()) {
                return rows;
            }
            connection.rollback(before);
            return insertAndName(statement, rows);
        }
    }

    private static List<Settlement> insertAndName(Statement statement, List<Settlement> rows)
            throws SQLException {
        Map<Event, Settlement> byId = new HashMap<>();
        rows.forEach(row -> byId.putIfAbsent(new Event(row.day(), row.id()), row));
        List<Settlement> inserted = new ArrayList<>();
        try (ResultSet added = statement.executeQuery(INSERT_AND_NAME)) {
            while (added.next()) {
                UUID call = added.getObject(2, UUID.class);
                AttemptId id =
                        new AttemptId(
                                call.getMostSignificantBits(),
                                call.getLeastSignificantBits(),
                                added.getInt(3));
                Settlement row = byId.get(new Event(added.getInt(1), id));
                if (row != null) {
                    inserted.add(row);
                }
            }
        }
        return inserted;
    }

    private static void copy(Connection connection, CopyText text) throws SQLException {
        try {
            connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY, text.stream());
        } catch (IOException e) {
            throw new SQLException("COPY broke off", "08006", e);
        }
    }

    /** What a row is known by, with its day. */
    private record Event(int day, AttemptId id) {}
}
