package io.sluice.store;

import io.sluice.config.BudgetMode;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Fills the parameters of a statement, from the first to the last.
 *
 * <p>Texts are made {@linkplain Texts#storable storable}; ids of 128 bits become texts in SQLite's
 * driver.
 */
final class Parameters {

    private final PreparedStatement statement;
    private int index;

    Parameters(PreparedStatement statement) {
        this.statement = statement;
    }

    Parameters text(@Nullable String value) throws SQLException {
        statement.setString(++index, value == null ? null : Texts.storable(value));
        return this;
    }

    Parameters number(@Nullable Long value) throws SQLException {
        if (value == null) {
            statement.setNull(++index, Types.BIGINT);
        } else {
            statement.setLong(++index, value);
        }
        return this;
    }

    Parameters time(@Nullable Instant value) throws SQLException {
        return number(value == null ? null : (Long) value.toEpochMilli());
    }

    Parameters truth(boolean value) throws SQLException {
        statement.setBoolean(++index, value);
        return this;
    }

    Parameters bytes(byte[] value) throws SQLException {
        statement.setBytes(++index, value);
        return this;
    }

    Parameters id(UUID value) throws SQLException {
        statement.setObject(++index, value);
        return this;
    }

    /** An id that is not there. */
    Parameters noId() throws SQLException {
        statement.setNull(++index, Types.OTHER);
        return this;
    }

    Parameters budget(@Nullable BudgetTerms budget) throws SQLException {
        if (budget == null) {
            return number(null).number(null).text(null).text(null).text(null).text(null);
        }
        BudgetMode mode = budget.mode();
        return number(budget.picos())
                .number(budget.softPicos())
                .text(budget.currency())
                .text(budget.window().toString())
                .text(budget.zone().getId())
                .text(mode == null ? null : mode.name().toLowerCase(Locale.ROOT));
    }

    Parameters terms(AccountTerms terms) throws SQLException {
        return text(Texts.ofList(terms.models()))
                .text(Texts.ofLimits(terms.limits()))
                .text(terms.budgetId())
                .budget(terms.budget())
                .text(terms.modelBudgets())
                .text(terms.metadata())
                .text(Texts.ofList(terms.tags()))
                .text(terms.settings());
    }

    Parameters stamp(Stamp stamp) throws SQLException {
        return time(stamp.createdAt())
                .text(stamp.createdBy())
                .time(stamp.updatedAt())
                .text(stamp.updatedBy())
                .number(stamp.version());
    }
}
