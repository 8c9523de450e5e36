package io.sluice.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sealed credentials of providers in the database. Blocks; throws {@link StoreException}. Safe for any thread. */
public final class CredentialRepository {

    /** No list has more. */
    public static final int MAX_ROWS = 1000;

    private static final List<String> COLUMNS =
            Columns.concat(
                    List.of(
                            "alias",
                            "provider",
                            "organization_id",
                            "project_id",
                            "sealed",
                            "settings",
                            "blocked"),
                    Columns.STAMP);

    private static final String INSERT =
            Columns.insertion("credentials", Columns.concat(COLUMNS, List.of("id")));
    private static final String UPDATE = Columns.change("credentials", COLUMNS);

    private final Connections connections;
    private final ChangeLog changes;

    /** As one side of the database sees them. */
    public CredentialRepository(Connections connections, ChangeLog changes) {
        this.connections = connections;
        this.changes = changes;
    }

    /** Stores a new one; CONFLICT where its id is taken. */
    public CredentialRecord insert(CredentialRecord credential) {
        return changes.write(
                connections,
                ChangeKind.CREDENTIAL,
                credential.id(),
                (connection, version) -> {
                    CredentialRecord stored = withVersion(credential, version);
                    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                        bind(insert, stored).text(stored.id());
                        insert.executeUpdate();
                    }
                    return stored;
                });
    }

    /** The one with that id. */
    public @Nullable CredentialRecord find(String id) {
        return connections.readFirst(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT * FROM credentials WHERE id = ?")) {
                new Parameters(select).text(id);
                return all(select);
            }
        });
    }

    /**
     * Those that come after {@code afterId}, by id.
     *
     * @param afterId the last one of the page before; empty for the first page
     * @param rows at most {@link #MAX_ROWS}
     */
    public List<CredentialRecord> list(String afterId, int rows) {
        return connections.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT * FROM credentials WHERE id > ? ORDER BY id LIMIT ?")) {
                new Parameters(select)
                        .text(afterId)
                        .number((long) Math.clamp(rows, 1, MAX_ROWS));
                return all(select);
            }
        });
    }

    /** The credentials of a project, by id; at most {@link #MAX_ROWS}. */
    public List<CredentialRecord> ofProject(String projectId) {
        return connections.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT * FROM credentials WHERE project_id = ? ORDER BY id LIMIT ?")) {
                new Parameters(select).text(projectId).number((long) MAX_ROWS);
                return all(select);
            }
        });
    }

    /** Stores a changed one; CONFLICT if it was changed or removed since it was read. */
    public CredentialRecord update(CredentialRecord credential) {
        return changes.write(
                connections,
                ChangeKind.CREDENTIAL,
                credential.id(),
                (connection, version) -> {
                    CredentialRecord stored = withVersion(credential, version);
                    try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
                        bind(update, stored).text(credential.id()).number(credential.stamp().version());
                        Conflicts.check(update.executeUpdate(), "credential", credential.id());
                    }
                    return stored;
                });
    }

    /** Removes one; {@code false} if there is none. */
    public boolean delete(String id) {
        return changes.write(
                connections,
                ChangeKind.CREDENTIAL,
                id,
                (connection, _) -> {
                    try (PreparedStatement delete =
                            connection.prepareStatement("DELETE FROM credentials WHERE id = ?")) {
                        new Parameters(delete).text(id);
                        return delete.executeUpdate() > 0;
                    }
                });
    }

    private static List<CredentialRecord> all(PreparedStatement select) throws SQLException {
        List<CredentialRecord> found = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                found.add(read(rows));
            }
        }
        return found;
    }

    private static Parameters bind(PreparedStatement statement, CredentialRecord credential)
            throws SQLException {
        return new Parameters(statement)
                .text(credential.alias())
                .text(credential.provider())
                .text(credential.organizationId())
                .text(credential.projectId())
                .text(credential.sealed())
                .text(credential.settings())
                .truth(credential.blocked())
                .stamp(credential.stamp());
    }

    private static CredentialRecord withVersion(CredentialRecord credential, long version) {
        return new CredentialRecord(
                credential.id(),
                credential.alias(),
                credential.provider(),
                credential.organizationId(),
                credential.projectId(),
                credential.sealed(),
                credential.settings(),
                credential.blocked(),
                credential.stamp().withVersion(version));
    }

    private static CredentialRecord read(ResultSet row) throws SQLException {
        return new CredentialRecord(
                Columns.text(row, "id"),
                row.getString("alias"),
                row.getString("provider"),
                row.getString("organization_id"),
                row.getString("project_id"),
                Columns.text(row, "sealed"),
                Columns.text(row, "settings"),
                row.getBoolean("blocked"),
                Columns.stamp(row));
    }
}
