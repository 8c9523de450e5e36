package io.sluice.store;

import io.sluice.config.BudgetMode;
import io.sluice.config.BudgetWindow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The columns that several tables have, and how they are read. */
final class Columns {

    static final List<String> BUDGET =
            List.of(
                    "budget_picos",
                    "budget_soft_picos",
                    "budget_currency",
                    "budget_window",
                    "budget_time_zone",
                    "budget_mode");

    static final List<String> TERMS =
            concat(
                    List.of("models", "limits", "budget_id"),
                    BUDGET,
                    List.of("model_budgets", "metadata", "tags", "settings"));

    static final List<String> STAMP =
            List.of("created_at", "created_by", "updated_at", "updated_by", "version");

    private Columns() {}

    @SafeVarargs
    static List<String> concat(List<String>... lists) {
        List<String> all = new ArrayList<>();
        for (List<String> list : lists) {
            all.addAll(list);
        }
        return List.copyOf(all);
    }

    /** An insertion of one row with a parameter for each column. */
    static String insertion(String table, List<String> columns) {
        return "INSERT INTO %s (%s) VALUES (%s)"
                .formatted(
                        table,
                        String.join(", ", columns),
                        String.join(", ", Collections.nCopies(columns.size(), "?")));
    }

    /** A change of every column; its last parameters are the id and the version it had. */
    static String change(String table, List<String> columns) {
        return "UPDATE %s SET %s WHERE id = ? AND version = ?"
                .formatted(
                        table,
                        columns.stream()
                                .map(column -> column + " = ?")
                                .collect(Collectors.joining(", ")));
    }

    static String text(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        if (text == null) {
            throw new SQLException("column without a value: " + column);
        }
        return text;
    }

    static @Nullable Long number(ResultSet row, String column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? null : (Long) number;
    }

    static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(column));
    }

    static @Nullable BudgetTerms budget(ResultSet row) throws SQLException {
        String currency = row.getString("budget_currency");
        if (currency == null) {
            return null;
        }
        String mode = row.getString("budget_mode");
        BudgetWindow window = BudgetWindow.parse(text(row, "budget_window"));
        return new BudgetTerms(
                number(row, "budget_picos"),
                number(row, "budget_soft_picos"),
                currency,
                window == null ? BudgetWindow.NEVER : window,
                ZoneId.of(text(row, "budget_time_zone")),
                mode == null ? null : BudgetMode.valueOf(mode.toUpperCase(Locale.ROOT)));
    }

    static AccountTerms terms(ResultSet row) throws SQLException {
        return new AccountTerms(
                Texts.list(text(row, "models")),
                Texts.limits(text(row, "limits")),
                row.getString("budget_id"),
                budget(row),
                text(row, "model_budgets"),
                text(row, "metadata"),
                Texts.list(text(row, "tags")),
                text(row, "settings"));
    }

    static Stamp stamp(ResultSet row) throws SQLException {
        return new Stamp(
                instant(row, "created_at"),
                row.getString("created_by"),
                instant(row, "updated_at"),
                row.getString("updated_by"),
                row.getLong("version"));
    }
}
