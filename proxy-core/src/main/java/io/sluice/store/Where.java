package io.sluice.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The conditions of a question, all of which must hold. */
final class Where {

    private final List<String> conditions = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    /** Adds a condition with one parameter. */
    void and(String condition, Object value) {
        conditions.add(condition);
        values.add(value);
    }

    /** Adds a condition where there is a value for it. */
    void andIfPresent(String condition, @Nullable Object value) {
        if (value != null) {
            and(condition, value);
        }
    }

    /** The pattern of {@code LIKE ? ESCAPE '!'} for texts that contain {@code part}. */
    static String containing(String part) {
        return "%" + part.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%";
    }

    String sql() {
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    /** Fills in the values; what is added after comes behind them. */
    Parameters bind(PreparedStatement statement) throws SQLException {
        Parameters parameters = new Parameters(statement);
        for (Object value : values) {
            if (value instanceof Long number) {
                parameters.number(number);
            } else {
                parameters.text(value.toString());
            }
        }
        return parameters;
    }
}
