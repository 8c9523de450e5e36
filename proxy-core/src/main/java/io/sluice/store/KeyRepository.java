package io.sluice.store;

import io.sluice.auth.Owner;
import io.sluice.config.OnDisconnect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The keys in the database. Blocks; throws {@link StoreException}. Safe for any thread. */
public final class KeyRepository {

    /** No list has more. */
    public static final int MAX_ROWS = 1000;

    private static final List<String> COLUMNS =
            Columns.concat(
                    List.of(
                            "digest",
                            "display",
                            "kind",
                            "alias",
                            "user_id",
                            "team_id",
                            "organization_id",
                            "project_id",
                            "on_disconnect",
                            "expires_at",
                            "revoked_at",
                            "max_requests"),
                    Columns.TERMS,
                    List.of("spend_since", "blocked"),
                    Columns.STAMP);

    private static final String INSERT =
            Columns.insertion(
                    "keys",
                    Columns.concat(COLUMNS, List.of("id", "request_count", "last_used_at")));
    private static final String UPDATE = Columns.change("keys", COLUMNS);
    private static final String OPEN_COUNT =
            "(max_requests IS NULL OR max_requests = 0 OR request_count < max_requests)";

    private final Connections connections;
    private final ChangeLog changes;

    /** The keys as one side of the database sees them. */
    public KeyRepository(Connections connections, ChangeLog changes) {
        this.connections = connections;
        this.changes = changes;
    }

    /**
     * Which keys a list has: those of all owners that are named.
     *
     * @param aliasPart what the alias contains
     */
    public record Filter(Owner owner, @Nullable String aliasPart) {

        /** All keys. */
        public static final Filter ALL = new Filter(Owner.NONE, null);
    }

    /** A key that was removed because its time was over. */
    public record Expired(String id, @Nullable String alias, Instant expiresAt) {}

    /** How often a key was used, and when last. */
    public record Use(long count, Instant last) {}

    /** Stores a new key; CONFLICT where its id, digest or alias is taken. */
    public KeyRecord insert(KeyRecord key) {
        return changes.write(
                connections,
                ChangeKind.KEY,
                key.id(),
                (connection, version) -> {
                    KeyRecord stored = withVersion(key, version);
                    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                        bind(insert, stored)
                                .text(stored.id())
                                .number(stored.life().requestCount())
                                .time(stored.life().lastUsedAt());
                        insert.executeUpdate();
                    }
                    return stored;
                });
    }

    /** The key with that digest. */
    public @Nullable KeyRecord find(KeyDigest digest) {
        return connections.readFirst(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT * FROM keys WHERE digest = ?")) {
                new Parameters(select).bytes(digest.bytes());
                return all(select);
            }
        });
    }

    /** The key with that id. */
    public @Nullable KeyRecord find(String id) {
        return connections.readFirst(connection -> findBy(connection, "id", id));
    }

    /** The key with that alias. */
    public @Nullable KeyRecord findByAlias(String alias) {
        return connections.readFirst(connection -> findBy(connection, "alias", alias));
    }

    /** The aliases of those of these keys that have one, by id. */
    public Map<String, String> aliases(List<String> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        String places = String.join(", ", Collections.nCopies(ids.size(), "?"));
        return connections.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT id, alias FROM keys WHERE alias IS NOT NULL AND id IN ("
                                    + places
                                    + ")")) {
                Parameters parameters = new Parameters(select);
                for (String id : ids) {
                    parameters.text(id);
                }
                Map<String, String> aliases = new HashMap<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        aliases.put(rows.getString(1), rows.getString(2));
                    }
                }
                return aliases;
            }
        });
    }

    /**
     * The keys that come after {@code afterId}, by id.
     *
     * @param afterId the last one of the page before; empty for the first page
     * @param rows at most {@link #MAX_ROWS}
     */
    public List<KeyRecord> list(Filter filter, String afterId, int rows) {
        Where where = where(filter);
        where.and("id > ?", afterId);
        return connections.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT * FROM keys" + where.sql() + " ORDER BY id LIMIT ?")) {
                where.bind(select).number((long) Math.clamp(rows, 1, MAX_ROWS));
                return all(select);
            }
        });
    }

    /** How many keys a list has in all. */
    public long count(Filter filter) {
        Where where = where(filter);
        return connections.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT count(*) FROM keys" + where.sql())) {
                where.bind(select);
                try (ResultSet rows = select.executeQuery()) {
                    return rows.next() ? rows.getLong(1) : 0L;
                }
            }
        });
    }

    /**
     * Stores a changed key, with all but its request count and its last use.
     *
     * @param key as it was read, with what is to be different; CONFLICT if it was changed or
     *     removed since, or its new alias or digest is taken
     */
    public KeyRecord update(KeyRecord key) {
        return changes.write(
                connections,
                ChangeKind.KEY,
                key.id(),
                (connection, version) -> {
                    KeyRecord stored = withVersion(key, version);
                    try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
                        bind(update, stored).text(key.id()).number(key.stamp().version());
                        Conflicts.check(update.executeUpdate(), "key", key.id());
                    }
                    return stored;
                });
    }

    /** Blocks a key or lets it call again; {@code false} if there is none. */
    public boolean setBlocked(String id, boolean blocked, Instant now, @Nullable String by) {
        return changeOne(
                id,
                "UPDATE keys SET blocked = ?, updated_at = ?, updated_by = ?, version = ?"
                        + " WHERE id = ?",
                (parameters, version) ->
                        parameters.truth(blocked).time(now).text(by).number(version).text(id));
    }

    /** Ends a key for ever; one that is revoked already stays as it is. */
    public boolean revoke(String id, Instant now, @Nullable String by) {
        return changeOne(
                id,
                "UPDATE keys SET revoked_at = coalesce(revoked_at, ?), updated_at = ?,"
                        + " updated_by = ?, version = ? WHERE id = ?",
                (parameters, version) ->
                        parameters.time(now).time(now).text(by).number(version).text(id));
    }

    /** Removes a key; its rows in the ledger stay. {@code false} if there is none. */
    public boolean delete(String id) {
        return changeOne(
                id, "DELETE FROM keys WHERE id = ?", (parameters, _) -> parameters.text(id));
    }

    /** Lets the key's spend count from {@code now}. */
    public boolean resetSpend(String id, Instant now, @Nullable String by) {
        return changeOne(
                id,
                "UPDATE keys SET spend_since = ?, updated_at = ?, updated_by = ?, version = ?"
                        + " WHERE id = ?",
                (parameters, version) ->
                        parameters.time(now).time(now).text(by).number(version).text(id));
    }

    /**
     * Takes up to {@code wanted} requests off what a key may still make, for this process to use.
     *
     * @return how many it got: all where the key has no bound, 0 where none are left or there is no
     *     such key. No two callers ever get the same one.
     */
    public long takeRequests(String id, long wanted, Instant now) {
        return connections.write(connection -> {
            try (PreparedStatement lock =
                    connection.prepareStatement(
                            "UPDATE keys SET last_used_at = ? WHERE id = ? AND " + OPEN_COUNT)) {
                new Parameters(lock).time(now).text(id);
                if (lock.executeUpdate() == 0) {
                    return 0L;
                }
            }
            KeyRecord.Life life = findBy(connection, "id", id).getFirst().life();
            Long most = life.maxRequests();
            long taken =
                    most == null || most == 0
                            ? wanted
                            : Math.min(wanted, most - life.requestCount());
            addRequests(connection, id, taken, now);
            return taken;
        });
    }

    /** Gives back what {@link #takeRequests} took and nobody used. */
    public void returnRequests(String id, long unused) {
        connections.write(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement(
                            "UPDATE keys SET request_count = request_count - ? WHERE id = ?"
                                    + " AND request_count >= ?")) {
                new Parameters(update).number(unused).text(id).number(unused);
                return update.executeUpdate();
            }
        });
    }

    /** Notes how often keys were used, for those whose requests are not bounded. */
    public void noteUses(Map<String, Use> uses) {
        SortedMap<String, Use> inOrder = new TreeMap<>(uses);
        connections.write(connection -> {
            for (Map.Entry<String, Use> use : inOrder.entrySet()) {
                addRequests(
                        connection, use.getKey(), use.getValue().count(), use.getValue().last());
            }
            return inOrder.size();
        });
    }

    /**
     * Removes keys whose time was over before {@code before}.
     *
     * @param most how many in one transaction; whoever gets as many asks again
     * @return what was removed, for the report
     */
    public List<Expired> removeExpired(Instant before, int most) {
        List<Expired> found =
                connections.read(connection -> {
                    try (PreparedStatement select =
                            connection.prepareStatement(
                                    "SELECT id, alias, expires_at FROM keys WHERE expires_at < ?"
                                            + " ORDER BY expires_at, id LIMIT ?")) {
                        new Parameters(select)
                                .time(before)
                                .number((long) Math.clamp(most, 1, MAX_ROWS));
                        List<Expired> expired = new ArrayList<>();
                        try (ResultSet rows = select.executeQuery()) {
                            while (rows.next()) {
                                expired.add(
                                        new Expired(
                                                Columns.text(rows, "id"),
                                                rows.getString("alias"),
                                                Columns.instant(rows, "expires_at")));
                            }
                        }
                        return expired;
                    }
                });
        List<Expired> removed = new ArrayList<>();
        for (Expired key : found) {
            boolean isGone =
                    changeOne(
                            key.id(),
                            "DELETE FROM keys WHERE id = ? AND expires_at < ?",
                            (parameters, _) -> parameters.text(key.id()).time(before));
            if (isGone) {
                removed.add(key);
            }
        }
        return removed;
    }

    private static void addRequests(Connection connection, String id, long count, Instant now)
            throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement(
                        "UPDATE keys SET request_count = request_count + ?, last_used_at = ?"
                                + " WHERE id = ?")) {
            new Parameters(update).number(count).time(now).text(id);
            update.executeUpdate();
        }
    }

    private interface Binding {
        void to(Parameters parameters, long version) throws SQLException;
    }

    private boolean changeOne(String id, String sql, Binding binding) {
        return changes.write(
                connections,
                ChangeKind.KEY,
                id,
                (connection, version) -> {
                    try (PreparedStatement statement = connection.prepareStatement(sql)) {
                        binding.to(new Parameters(statement), version);
                        return statement.executeUpdate() > 0;
                    }
                });
    }

    private static Where where(Filter filter) {
        Where where = new Where();
        Owner owner = filter.owner();
        where.andIfPresent("user_id = ?", owner.userId());
        where.andIfPresent("team_id = ?", owner.teamId());
        where.andIfPresent("organization_id = ?", owner.organizationId());
        where.andIfPresent("project_id = ?", owner.projectId());
        String part = filter.aliasPart();
        where.andIfPresent("alias LIKE ? ESCAPE '!'", part == null ? null : Where.containing(part));
        return where;
    }

    private static List<KeyRecord> findBy(Connection connection, String column, String value)
            throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT * FROM keys WHERE " + column + " = ?")) {
            new Parameters(select).text(value);
            return all(select);
        }
    }

    private static List<KeyRecord> all(PreparedStatement select) throws SQLException {
        List<KeyRecord> keys = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                keys.add(read(rows));
            }
        }
        return keys;
    }

    private static KeyRecord withVersion(KeyRecord key, long version) {
        return new KeyRecord(
                key.id(),
                key.digest(),
                key.display(),
                key.kind(),
                key.alias(),
                key.owner(),
                key.onDisconnect(),
                key.life(),
                key.terms(),
                key.blocked(),
                key.spendSince(),
                key.stamp().withVersion(version));
    }

    private static Parameters bind(PreparedStatement statement, KeyRecord key) throws SQLException {
        OnDisconnect onDisconnect = key.onDisconnect();
        return new Parameters(statement)
                .bytes(key.digest().bytes())
                .text(key.display())
                .text(key.kind().code())
                .text(key.alias())
                .text(key.owner().userId())
                .text(key.owner().teamId())
                .text(key.owner().organizationId())
                .text(key.owner().projectId())
                .text(onDisconnect == null ? null : onDisconnect.toString())
                .time(key.life().expiresAt())
                .time(key.life().revokedAt())
                .number(key.life().maxRequests())
                .terms(key.terms())
                .time(key.spendSince())
                .truth(key.blocked())
                .stamp(key.stamp());
    }

    private static KeyRecord read(ResultSet row) throws SQLException {
        String onDisconnect = row.getString("on_disconnect");
        return new KeyRecord(
                Columns.text(row, "id"),
                KeyDigest.of(row.getBytes("digest")),
                Columns.text(row, "display"),
                KeyRecord.Kind.of(Columns.text(row, "kind")),
                row.getString("alias"),
                new Owner(
                        row.getString("user_id"),
                        row.getString("team_id"),
                        row.getString("organization_id"),
                        row.getString("project_id")),
                onDisconnect == null ? null : OnDisconnect.parse(onDisconnect),
                new KeyRecord.Life(
                        Columns.time(row, "expires_at"),
                        Columns.time(row, "revoked_at"),
                        Columns.number(row, "max_requests"),
                        row.getLong("request_count"),
                        Columns.time(row, "last_used_at")),
                Columns.terms(row),
                row.getBoolean("blocked"),
                Columns.instant(row, "spend_since"),
                Columns.stamp(row));
    }
}
