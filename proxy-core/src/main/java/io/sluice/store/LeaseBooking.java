package io.sluice.store;

import io.sluice.ledger.Settlement;
import io.sluice.price.CallCost;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Books the rows of one batch on the leases of the process that wrote them. Confined to one thread.
 */
final class LeaseBooking {

    /*
     * A row is only ever written after the lease that its call was held in has been committed, so
     * the leases that are there when a batch is stored are all that its rows can belong to. Each is
     * updated in the order of its key; what a grant changes of the same row is other columns.
     */

    private final Map<Account, List<Lease>> leases = new HashMap<>();

    private record Account(String dimension, String id) implements Comparable<Account> {

        @Override
        public int compareTo(Account other) {
            int order = dimension.compareTo(other.dimension);
            return order == 0 ? id.compareTo(other.id) : order;
        }
    }

    private static final class Lease {

        private final Account account;
        private final String scope;
        private final String currency;
        private final long startMillis;
        private final long endMillis;
        private long picos;
        private long dollarPicos;

        Lease(ResultSet row) throws SQLException {
            account = new Account(Columns.text(row, "dimension"), Columns.text(row, "id"));
            scope = Columns.text(row, "scope");
            currency = Columns.text(row, "currency");
            startMillis = row.getLong("starts_at");
            endMillis = row.getLong("ends_at");
        }

        void add(Settlement row) {
            CallCost cost = row.cost();
            long millis = row.admittedMillis();
            if (millis < startMillis || millis >= endMillis || !isFor(row)) {
                return;
            }
            if (cost.currency().equals(currency)) {
                picos = plus(picos, cost.picos());
            } else {
                dollarPicos = plus(dollarPicos, cost.dollarPicos());
            }
        }

        /** A budget for one model alone says so in its name. */
        private boolean isFor(Settlement row) {
            if (!scope.startsWith(BudgetShare.MODEL_SCOPE)) {
                return true;
            }
            String only = scope.substring(BudgetShare.MODEL_SCOPE.length());
            return isNamed(only, row.asked().model()) || isNamed(only, row.asked().modelGroup());
        }

        private static boolean isNamed(String only, @Nullable String model) {
            return model != null && only.equals(Texts.storable(model));
        }

        boolean isTouched() {
            return picos > 0 || dollarPicos > 0;
        }

        private static long plus(long sum, long amount) {
            return Math.min(Long.MAX_VALUE / 4, sum + Math.clamp(amount, 0, Long.MAX_VALUE / 4));
        }
    }

    /**
     * Adds what the rows cost to the leases of {@code owner}; each row is given once.
     *
     * @throws SQLException if the database refuses
     */
    static void store(Connection connection, String owner, List<Settlement> rows)
            throws SQLException {
        LeaseBooking booking = new LeaseBooking();
        booking.find(connection, owner, rows);
        if (!booking.leases.isEmpty()) {
            rows.forEach(booking::add);
            booking.update(connection, owner);
        }
    }

    private void find(Connection connection, String owner, List<Settlement> rows)
            throws SQLException {
        long oldest = Long.MAX_VALUE;
        for (Settlement row : rows) {
            oldest = Math.min(oldest, row.admittedMillis());
        }
        try (PreparedStatement select =
                connection.prepareStatement(
                        "SELECT dimension, id, scope, currency, starts_at, ends_at FROM"
                                + " budget_leases WHERE owner = ? AND ends_at > ? ORDER BY"
                                + " dimension, id, scope, currency, starts_at")) {
            new Parameters(select).text(owner).number(oldest);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    Lease lease = new Lease(found);
                    leases.computeIfAbsent(lease.account, _ -> new ArrayList<>()).add(lease);
                }
            }
        }
    }

    private void add(Settlement row) {
        Rollups.eachAccount(
                row,
                (dimension, id) -> {
                    List<Lease> booked = leases.get(new Account(dimension.code(), id));
                    if (booked != null) {
                        booked.forEach(lease -> lease.add(row));
                    }
                });
    }

    private void update(Connection connection, String owner) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement(
                        "UPDATE budget_leases SET spent_picos = spent_picos + ?,"
                                + " spent_dollar_picos = spent_dollar_picos + ? WHERE dimension = ?"
                                + " AND id = ? AND scope = ? AND currency = ? AND starts_at = ? AND"
                                + " owner = ?")) {
            boolean isEmpty = true;
            for (List<Lease> ofAccount : new TreeMap<>(leases).values()) {
                for (Lease lease : ofAccount) {
                    if (lease.isTouched()) {
                        bind(update, lease, owner);
                        update.addBatch();
                        isEmpty = false;
                    }
                }
            }
            if (!isEmpty) {
                update.executeBatch();
            }
        }
    }

    private static void bind(PreparedStatement update, Lease lease, String owner)
            throws SQLException {
        new Parameters(update)
                .number(lease.picos)
                .number(lease.dollarPicos)
                .text(lease.account.dimension())
                .text(lease.account.id())
                .text(lease.scope)
                .text(lease.currency)
                .number(lease.startMillis)
                .text(owner);
    }
}
