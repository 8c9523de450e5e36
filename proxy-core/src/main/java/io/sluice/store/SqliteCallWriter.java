package io.sluice.store;

import io.sluice.ledger.Settlement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One statement, run for each row: without a network between, there is nothing to gather. */
final class SqliteCallWriter implements CallWriter {

    private static final String INSERT =
            Columns.insertion("calls", CallRows.COLUMNS) + " ON CONFLICT DO NOTHING";

    @Override
    public void prepare(Connections connections, List<Settlement> rows) {
        // One table holds every day.
    }

    @Override
    public void forget() {
        // Nothing is remembered.
    }

    @Override
    public List<Settlement> insert(Connection connection, List<Settlement> rows)
            throws SQLException {
        List<Settlement> inserted = new ArrayList<>();
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (Settlement row : rows) {
                bind(insert, CallRows.values(row));
                if (insert.executeUpdate() > 0) {
                    inserted.add(row);
                }
            }
        }
        return inserted;
    }

    private static void bind(PreparedStatement insert, List<@Nullable Object> values)
            throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            insert.setObject(i + 1, value instanceof UUID id ? id.toString() : value);
        }
    }
}
