package io.sluice.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Organizations, teams, users, projects, end-users and tags in the database. Blocks; throws {@link
 * StoreException}. Safe for any thread.
 */
public final class OwnerRepository {

    /** No list has more. */
    public static final int MAX_ROWS = 1000;

    private static final List<String> COMMON =
            Columns.concat(
                    List.of("alias"),
                    Columns.TERMS,
                    List.of("blocked", "deactivated_at", "spend_since"),
                    Columns.STAMP);

    private final Connections connections;
    private final ChangeLog changes;

    /** The accounts as one side of the database sees them. */
    public OwnerRepository(Connections connections, ChangeLog changes) {
        this.connections = connections;
        this.changes = changes;
    }

    /** Stores a new one; CONFLICT where its id, or a project's alias, is taken. */
    public OwnerRecord insert(OwnerRecord owner) {
        OwnerKind kind = owner.kind();
        String sql =
                Columns.insertion(
                        kind.table(),
                        Columns.concat(COMMON, kind.attributes(), List.of("id")));
        return changes.write(
                connections,
                kind.change(),
                owner.id(),
                (connection, version) -> {
                    OwnerRecord stored = withVersion(owner, version);
                    try (PreparedStatement insert = connection.prepareStatement(sql)) {
                        bind(insert, stored).text(stored.id());
                        insert.executeUpdate();
                    }
                    return stored;
                });
    }

    /** The one with that id. */
    public @Nullable OwnerRecord find(OwnerKind kind, String id) {
        return findBy(kind, "id", id);
    }

    /** One with that alias. */
    public @Nullable OwnerRecord findByAlias(OwnerKind kind, String alias) {
        return findBy(kind, "alias", alias);
    }

    /**
     * Those of a kind that come after {@code afterId}, by id.
     *
     * @param afterId the last one of the page before; empty for the first page
     * @param rows at most {@link #MAX_ROWS}
     */
    public List<OwnerRecord> list(OwnerKind kind, String afterId, int rows) {
        return connections.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT * FROM %s WHERE id > ? ORDER BY id LIMIT ?"
                                    .formatted(kind.table()))) {
                new Parameters(select)
                        .text(afterId)
                        .number((long) Math.clamp(rows, 1, MAX_ROWS));
                return all(kind, select);
            }
        });
    }

    /** Stores a changed one; CONFLICT if it was changed or removed since it was read. */
    public OwnerRecord update(OwnerRecord owner) {
        OwnerKind kind = owner.kind();
        String sql = Columns.change(kind.table(), Columns.concat(COMMON, kind.attributes()));
        return changes.write(
                connections,
                kind.change(),
                owner.id(),
                (connection, version) -> {
                    OwnerRecord stored = withVersion(owner, version);
                    try (PreparedStatement update = connection.prepareStatement(sql)) {
                        bind(update, stored).text(owner.id()).number(owner.stamp().version());
                        Conflicts.check(update.executeUpdate(), kind.change().code(), owner.id());
                    }
                    return stored;
                });
    }

    /** Removes one; its keys and its rows in the ledger stay. {@code false} if there is none. */
    public boolean delete(OwnerKind kind, String id) {
        return changes.write(
                connections,
                kind.change(),
                id,
                (connection, _) -> {
                    try (PreparedStatement delete =
                            connection.prepareStatement(
                                    "DELETE FROM " + kind.table() + " WHERE id = ?")) {
                        new Parameters(delete).text(id);
                        return delete.executeUpdate() > 0;
                    }
                });
    }

    /** Lets an account's spend count from {@code now}; {@code false} if there is none. */
    public boolean resetSpend(OwnerKind kind, String id, Instant now, @Nullable String by) {
        return changes.write(
                connections,
                kind.change(),
                id,
                (connection, version) -> {
                    try (PreparedStatement update =
                            connection.prepareStatement(
                                    ("UPDATE %s SET spend_since = ?, updated_at = ?,"
                                                    + " updated_by = ?, version = ? WHERE id = ?")
                                            .formatted(kind.table()))) {
                        new Parameters(update).time(now).time(now).text(by).number(version).text(id);
                        return update.executeUpdate() > 0;
                    }
                });
    }

    private @Nullable OwnerRecord findBy(OwnerKind kind, String column, String value) {
        return connections.readFirst(connection -> {
            try (PreparedStatement select = select(connection, kind, column)) {
                new Parameters(select).text(value);
                return all(kind, select);
            }
        });
    }

    private static PreparedStatement select(Connection connection, OwnerKind kind, String column)
            throws SQLException {
        return connection.prepareStatement(
                "SELECT * FROM %s WHERE %s = ? ORDER BY id LIMIT 1"
                        .formatted(kind.table(), column));
    }

    private static List<OwnerRecord> all(OwnerKind kind, PreparedStatement select)
            throws SQLException {
        List<OwnerRecord> owners = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                owners.add(read(kind, rows));
            }
        }
        return owners;
    }

    private static Parameters bind(PreparedStatement statement, OwnerRecord owner)
            throws SQLException {
        Parameters parameters =
                new Parameters(statement)
                        .text(owner.alias())
                        .terms(owner.terms())
                        .truth(owner.blocked())
                        .time(owner.deactivatedAt())
                        .time(owner.spendSince())
                        .stamp(owner.stamp());
        for (String attribute : owner.kind().attributes()) {
            parameters.text(owner.attributes().get(attribute));
        }
        return parameters;
    }

    private static OwnerRecord withVersion(OwnerRecord owner, long version) {
        return new OwnerRecord(
                owner.kind(),
                owner.id(),
                owner.alias(),
                owner.attributes(),
                owner.terms(),
                owner.blocked(),
                owner.deactivatedAt(),
                owner.spendSince(),
                owner.stamp().withVersion(version));
    }

    private static OwnerRecord read(OwnerKind kind, ResultSet row) throws SQLException {
        Map<String, String> attributes = new TreeMap<>();
        for (String attribute : kind.attributes()) {
            String value = row.getString(attribute);
            if (value != null) {
                attributes.put(attribute, value);
            }
        }
        return new OwnerRecord(
                kind,
                Columns.text(row, "id"),
                row.getString("alias"),
                attributes,
                Columns.terms(row),
                row.getBoolean("blocked"),
                Columns.time(row, "deactivated_at"),
                Columns.instant(row, "spend_since"),
                Columns.stamp(row));
    }
}
