package io.sluice.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Budgets that accounts may name, in the database. Blocks; throws {@link StoreException}. Safe for any thread. */
public final class BudgetRepository {

    /** No list has more. */
    public static final int MAX_ROWS = 1000;

    private static final List<String> COLUMNS =
            Columns.concat(
                    List.of("alias"),
                    Columns.BUDGET,
                    List.of("model_budgets", "limits", "metadata"),
                    Columns.STAMP);

    private static final String INSERT =
            Columns.insertion("budgets", Columns.concat(COLUMNS, List.of("id")));
    private static final String UPDATE = Columns.change("budgets", COLUMNS);

    private final Connections connections;
    private final ChangeLog changes;

    /** As one side of the database sees them. */
    public BudgetRepository(Connections connections, ChangeLog changes) {
        this.connections = connections;
        this.changes = changes;
    }

    /** Stores a new one; CONFLICT where its id is taken. */
    public BudgetRecord insert(BudgetRecord budget) {
        return changes.write(
                connections,
                ChangeKind.BUDGET,
                budget.id(),
                (connection, version) -> {
                    BudgetRecord stored = withVersion(budget, version);
                    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                        bind(insert, stored).text(stored.id());
                        insert.executeUpdate();
                    }
                    return stored;
                });
    }

    /** The one with that id. */
    public @Nullable BudgetRecord find(String id) {
        return connections.readFirst(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT * FROM budgets WHERE id = ?")) {
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
    public List<BudgetRecord> list(String afterId, int rows) {
        return connections.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT * FROM budgets WHERE id > ? ORDER BY id LIMIT ?")) {
                new Parameters(select)
                        .text(afterId)
                        .number((long) Math.clamp(rows, 1, MAX_ROWS));
                return all(select);
            }
        });
    }

    /** Stores a changed one; CONFLICT if it was changed or removed since it was read. */
    public BudgetRecord update(BudgetRecord budget) {
        return changes.write(
                connections,
                ChangeKind.BUDGET,
                budget.id(),
                (connection, version) -> {
                    BudgetRecord stored = withVersion(budget, version);
                    try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
                        bind(update, stored).text(budget.id()).number(budget.stamp().version());
                        Conflicts.check(update.executeUpdate(), "budget", budget.id());
                    }
                    return stored;
                });
    }

    /** Removes one; {@code false} if there is none. */
    public boolean delete(String id) {
        return changes.write(
                connections,
                ChangeKind.BUDGET,
                id,
                (connection, _) -> {
                    try (PreparedStatement delete =
                            connection.prepareStatement("DELETE FROM budgets WHERE id = ?")) {
                        new Parameters(delete).text(id);
                        return delete.executeUpdate() > 0;
                    }
                });
    }

    private static List<BudgetRecord> all(PreparedStatement select) throws SQLException {
        List<BudgetRecord> found = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                found.add(read(rows));
            }
        }
        return found;
    }

    private static Parameters bind(PreparedStatement statement, BudgetRecord budget)
            throws SQLException {
        return new Parameters(statement)
                .text(budget.alias())
                .budget(budget.terms())
                .text(budget.modelBudgets())
                .text(Texts.ofLimits(budget.limits()))
                .text(budget.metadata())
                .stamp(budget.stamp());
    }

    private static BudgetRecord withVersion(BudgetRecord budget, long version) {
        return new BudgetRecord(
                budget.id(),
                budget.alias(),
                budget.terms(),
                budget.modelBudgets(),
                budget.limits(),
                budget.metadata(),
                budget.stamp().withVersion(version));
    }

    private static BudgetRecord read(ResultSet row) throws SQLException {
        return new BudgetRecord(
                Columns.text(row, "id"),
                row.getString("alias"),
                Columns.budget(row),
                Columns.text(row, "model_budgets"),
                Texts.limits(Columns.text(row, "limits")),
                Columns.text(row, "metadata"),
                Columns.stamp(row));
    }
}
