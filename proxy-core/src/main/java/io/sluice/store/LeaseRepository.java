package io.sluice.store;

import io.sluice.price.Currency;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Divides hard budgets between the processes that share a PostgreSQL. Blocks; throws {@link
 * StoreException}. Safe for any thread and any number of processes.
 */
public final class LeaseRepository {

    /*
     * In a window of a budget that has a row here, its leases are the only truth: what was spent
     * before the first of them is looked up in the sums once, and noted in the window's row. From
     * then on the window has spent that, and what each of its leases has: an open lease all that it
     * was granted, another one what the ledger booked on it. The ledger's writer books in the
     * transaction that stores the rows, so that nothing is ever counted here and not there.
     *
     * Nothing here looks at a clock to decide what counts. A lease that has expired counts whole
     * until its owner has replayed its journal and settles it, or an operator writes it off.
     */

    /** How long after its expiry a lease may be written off: as far as two clocks may differ. */
    public static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

    private static final Duration KEPT = Duration.ofHours(1);
    private static final int LEAST_SHARE = 100;
    private static final int USUAL_SHARE = 10;
    private static final String OF_BUDGET =
            " WHERE dimension = ? AND id = ? AND scope = ? AND currency = ?";

    private static final String AFTER =
            " AND (owner, dimension, id, scope, currency, starts_at) > (?, ?, ?, ?, ?, ?)";

    private final Connections connections;

    /** Grants by one side of the database. */
    public LeaseRepository(Connections connections) {
        this.connections = connections;
    }

    /** What of a lease is told apart from others of its owner. */
    public record Name(
            String dimension, String id, String scope, String currency, long startMillis) {

        /** The name of a lease of {@code share}. */
        public static Name of(BudgetShare share) {
            return new Name(
                    share.dimension().code(),
                    Texts.storable(share.id()),
                    Texts.storable(share.scope()),
                    share.currency().code(),
                    share.startMillis());
        }

        private static Name of(ResultSet row) throws SQLException {
            return new Name(
                    Columns.text(row, "dimension"),
                    Columns.text(row, "id"),
                    Columns.text(row, "scope"),
                    Columns.text(row, "currency"),
                    row.getLong("starts_at"));
        }
    }

    /**
     * A lease that is still its owner's.
     *
     * @param epoch of its latest opening
     */
    public record Held(Name name, long epoch) {}

    /** One lease in the sum of its window. */
    private record Row(long epoch, long grantedPicos, long bookedPicos, LeaseState state) {

        static final Row NONE = new Row(-1, 0, 0, LeaseState.SETTLED);

        long countedPicos() {
            return state == LeaseState.OPEN ? mostPicos() : bookedPicos;
        }

        long mostPicos() {
            return Math.max(grantedPicos, bookedPicos);
        }

        /** What a new epoch adds to: of a lease that was not settled, rows may still come. */
        long basePicos() {
            return state == LeaseState.SETTLED ? bookedPicos : mostPicos();
        }
    }

    /**
     * Grants a slice: a tenth of what is left, or what is wanted where that is more, or all that is
     * left.
     *
     * @param owner the process, by its ledger's id
     * @param epoch of the lease it holds in that window, or -1
     * @param wantedPicos how much it needs at least, in 10^-12 of the budget's currency
     * @param spentBeforePicos what the sums say was spent in the window; counts only where nobody
     *     ever had a lease of it
     * @param expiresMillis when the lease ends unless it is renewed, in milliseconds of the epoch
     */
    public LeaseGrant grant(
            String owner,
            BudgetShare share,
            long epoch,
            long wantedPicos,
            long spentBeforePicos,
            long nowMillis,
            long expiresMillis) {
        return connections.write(connection -> {
            long[] window = lockWindow(connection, share, spentBeforePicos, nowMillis);
            Row own = Row.NONE;
            long counted = window[0];
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT owner, epoch, granted_picos, spent_picos, spent_dollar_picos,"
                                    + " state FROM budget_leases"
                                    + OF_BUDGET
                                    + " AND starts_at = ?")) {
                bind(select, share).number(share.startMillis());
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        Row row = row(rows, share.currency());
                        counted = plus(counted, row.countedPicos());
                        if (owner.equals(rows.getString("owner"))) {
                            own = row;
                        }
                    }
                }
            }
            boolean isNew = own.state() != LeaseState.OPEN || own.epoch() != epoch;
            long base = isNew ? own.basePicos() : own.mostPicos();
            counted = plus(counted, base - own.countedPicos());
            long left = Math.max(0, share.amountPicos() - counted);
            long added = slice(share.amountPicos(), left, wantedPicos);
            long newEpoch = isNew ? window[1] + 1 : epoch;
            store(connection, owner, share, newEpoch, base + added, expiresMillis);
            if (isNew) {
                moveOn(connection, share, newEpoch);
            }
            return new LeaseGrant(newEpoch, isNew, added, left - added);
        });
    }

    /**
     * Puts off the expiry of all that a process holds.
     *
     * @return what it still holds; a lease that is missing was written off, and may not be spent
     */
    public Set<Held> renew(String owner, long nowMillis, long expiresMillis) {
        return connections.write(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement(
                            "UPDATE budget_leases SET expires_at = ? WHERE owner = ? AND state ="
                                    + " ? AND ends_at > ? RETURNING dimension, id, scope,"
                                    + " currency, starts_at, epoch")) {
                new Parameters(update)
                        .number(expiresMillis)
                        .text(owner)
                        .text(LeaseState.OPEN.code())
                        .number(nowMillis);
                Set<Held> held = new HashSet<>();
                try (ResultSet rows = update.executeQuery()) {
                    while (rows.next()) {
                        held.add(new Held(Name.of(rows), rows.getLong("epoch")));
                    }
                }
                return held;
            }
        });
    }

    /**
     * Gives back what a process has not spent of its leases. Only to be called when all rows of its
     * ledger are in the database and none of its calls runs.
     *
     * @return how many leases it had
     */
    public int settle(String owner) {
        return connections.write(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement(
                            "UPDATE budget_leases SET state = ? WHERE owner = ? AND state <> ?")) {
                new Parameters(update)
                        .text(LeaseState.SETTLED.code())
                        .text(owner)
                        .text(LeaseState.SETTLED.code());
                return update.executeUpdate();
            }
        });
    }

    /**
     * Gives back a part of what a process was granted and does not need. Only to be called when it
     * can spend it no more.
     *
     * @param epoch of the lease
     * @param picos at least 0, in 10^-12 of the budget's currency
     * @return whether the lease is still its own
     */
    public boolean giveBack(String owner, Name name, long epoch, long picos) {
        return connections.write(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement(
                            "UPDATE budget_leases SET granted_picos = granted_picos - ?"
                                    + OF_BUDGET
                                    + " AND starts_at = ? AND owner = ? AND epoch = ? AND state ="
                                    + " ? AND granted_picos >= ?")) {
                new Parameters(update)
                        .number(picos)
                        .text(name.dimension())
                        .text(name.id())
                        .text(name.scope())
                        .text(name.currency())
                        .number(name.startMillis())
                        .text(owner)
                        .number(epoch)
                        .text(LeaseState.OPEN.code())
                        .number(picos);
                return update.executeUpdate() == 1;
            }
        });
    }

    /**
     * One lease, for people.
     *
     * @param grantedPicos all that was granted, in 10^-12 of the budget's currency
     * @param spentPicos what the ledger has booked on it in that currency; what was spent in others
     *     stands apart in the database
     * @param state {@code open}, {@code settled} or {@code written_off}
     */
    public record Listed(
            String owner,
            Name name,
            long endMillis,
            long epoch,
            long grantedPicos,
            long spentPicos,
            long expiresMillis,
            String state) {}

    /** What a page of {@link #list} begins after. */
    public record Place(String owner, Name name) {

        /** The place of one that was listed. */
        public static Place of(Listed lease) {
            return new Place(lease.owner(), lease.name());
        }
    }

    /** The most that one page of {@link #list} has. */
    public static final int MAX_ROWS = 1000;

    /**
     * Leases, in the order of their owners and names.
     *
     * @param owner whose alone, or {@code null}
     * @param isOpen whether those that are settled or written off are left out
     * @param after the last one of the page before; {@code null} for the first page
     * @param size at most {@link #MAX_ROWS}
     */
    public List<Listed> list(
            @Nullable String owner, boolean isOpen, @Nullable Place after, int size) {
        return connections.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT owner, dimension, id, scope, currency, starts_at, ends_at,"
                                    + " epoch, granted_picos, spent_picos, expires_at, state FROM"
                                    + " budget_leases WHERE (? = '' OR owner = ?) AND (? = '' OR"
                                    + " state = ?)"
                                    + (after == null ? "" : AFTER)
                                    + " ORDER BY owner, dimension, id, scope, currency, starts_at"
                                    + " LIMIT ?")) {
                String whose = owner == null ? "" : owner;
                String which = isOpen ? LeaseState.OPEN.code() : "";
                Parameters parameters =
                        new Parameters(select).text(whose).text(whose).text(which).text(which);
                if (after != null) {
                    parameters
                            .text(after.owner())
                            .text(after.name().dimension())
                            .text(after.name().id())
                            .text(after.name().scope())
                            .text(after.name().currency())
                            .number(after.name().startMillis());
                }
                parameters.number((long) Math.clamp(size, 1, MAX_ROWS));
                List<Listed> found = new ArrayList<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(listed(rows));
                    }
                }
                return found;
            }
        });
    }

    private static Listed listed(ResultSet row) throws SQLException {
        return new Listed(
                Columns.text(row, "owner"),
                Name.of(row),
                row.getLong("ends_at"),
                row.getLong("epoch"),
                row.getLong("granted_picos"),
                row.getLong("spent_picos"),
                row.getLong("expires_at"),
                Columns.text(row, "state"));
    }

    /**
     * Writes off the expired leases of a process that will not come back: what it has spent and not
     * booked is lost to the budget. Leases that it may still be spending stay.
     *
     * @return how many were written off
     */
    public int writeOff(String owner, long nowMillis) {
        return connections.write(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement(
                            "UPDATE budget_leases SET state = ? WHERE owner = ? AND state = ?"
                                    + " AND expires_at < ?")) {
                new Parameters(update)
                        .text(LeaseState.WRITTEN_OFF.code())
                        .text(owner)
                        .text(LeaseState.OPEN.code())
                        .number(nowMillis - CLOCK_SKEW.toMillis());
                return update.executeUpdate();
            }
        });
    }

    /**
     * Makes the window where there is none, and locks it; what it had spent, and its epoch.
     *
     * @throws SQLException if the database refuses
     */
    private static long[] lockWindow(
            Connection connection, BudgetShare share, long spentBeforePicos, long nowMillis)
            throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO budget_windows (dimension, id, scope, currency, starts_at,"
                                + " ends_at, spent_picos, epoch) VALUES (?, ?, ?, ?, ?, ?, ?, 0)"
                                + " ON CONFLICT (dimension, id, scope, currency, starts_at) DO"
                                + " UPDATE SET ends_at = excluded.ends_at RETURNING spent_picos,"
                                + " epoch")) {
            bind(insert, share)
                    .number(share.startMillis())
                    .number(share.endMillis())
                    .number(Math.max(0, spentBeforePicos));
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                long[] window = {row.getLong(1), row.getLong(2)};
                if (window[1] == 0) {
                    forgetOld(connection, "budget_leases", share, nowMillis);
                    forgetOld(connection, "budget_windows", share, nowMillis);
                }
                return window;
            }
        }
    }

    private static void forgetOld(
            Connection connection, String table, BudgetShare share, long nowMillis)
            throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement(
                        "DELETE FROM " + table + OF_BUDGET + " AND ends_at < ?")) {
            bind(delete, share).number(nowMillis - KEPT.toMillis());
            delete.executeUpdate();
        }
    }

    private static Row row(ResultSet row, Currency currency) throws SQLException {
        long others = currency.fromDollars(row.getLong("spent_dollar_picos"));
        return new Row(
                row.getLong("epoch"),
                row.getLong("granted_picos"),
                plus(row.getLong("spent_picos"), Math.max(0, others)),
                LeaseState.of(Columns.text(row, "state")));
    }

    private static long slice(long amountPicos, long leftPicos, long wantedPicos) {
        long usual = Math.max(leftPicos / USUAL_SHARE, amountPicos / LEAST_SHARE);
        return Math.min(leftPicos, Math.max(usual, wantedPicos));
    }

    private static void store(
            Connection connection,
            String owner,
            BudgetShare share,
            long epoch,
            long grantedPicos,
            long expiresMillis)
            throws SQLException {
        try (PreparedStatement upsert =
                connection.prepareStatement(
                        "INSERT INTO budget_leases (dimension, id, scope, currency, starts_at,"
                                + " owner, ends_at, epoch, granted_picos, expires_at, state)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT"
                                + " (dimension, id, scope, currency, starts_at, owner) DO UPDATE"
                                + " SET ends_at = excluded.ends_at, epoch = excluded.epoch,"
                                + " granted_picos = excluded.granted_picos, expires_at ="
                                + " excluded.expires_at, state = excluded.state")) {
            bind(upsert, share)
                    .number(share.startMillis())
                    .text(owner)
                    .number(share.endMillis())
                    .number(epoch)
                    .number(grantedPicos)
                    .number(expiresMillis)
                    .text(LeaseState.OPEN.code());
            upsert.executeUpdate();
        }
    }

    private static void moveOn(Connection connection, BudgetShare share, long epoch)
            throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement(
                        "UPDATE budget_windows SET epoch = ?"
                                .concat(OF_BUDGET)
                                .concat(" AND starts_at = ?"))) {
            new Parameters(update)
                    .number(epoch)
                    .text(share.dimension().code())
                    .text(share.id())
                    .text(share.scope())
                    .text(share.currency().code())
                    .number(share.startMillis());
            update.executeUpdate();
        }
    }

    private static Parameters bind(PreparedStatement statement, BudgetShare share)
            throws SQLException {
        return new Parameters(statement)
                .text(share.dimension().code())
                .text(share.id())
                .text(share.scope())
                .text(share.currency().code());
    }

    private static long plus(long a, long b) {
        long sum = a + b;
        return b > 0 && sum < a ? Long.MAX_VALUE : sum;
    }
}
