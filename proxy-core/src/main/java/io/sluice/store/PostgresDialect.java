package io.sluice.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** PostgreSQL, from version 14. */
final class PostgresDialect implements Dialect {

    /** The channel on which changes are announced. */
    static final String CHANNEL = "sluice_changes";

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK = "40P01";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String QUERY_CANCELED = "57014";
    private static final String UNDEFINED_TABLE = "42P01";

    @Override
    public String engine() {
        return "PostgreSQL";
    }

    @Override
    public Map<String, String> placeholders() {
        return Map.of(
                "bytes", "BYTEA",
                "uuid", "UUID",
                "sum", "NUMERIC",
                "partitioned_by_day", "PARTITION BY RANGE (day)",
                "clustered", "");
    }

    @Override
    public StoreException.Reason reason(SQLException failure) {
        String state = state(failure);
        if (state.equals(UNIQUE_VIOLATION)) {
            return StoreException.Reason.CONFLICT;
        }
        if (state.equals(QUERY_CANCELED)) {
            return StoreException.Reason.TIMED_OUT;
        }
        if (state.equals(UNDEFINED_TABLE)) {
            return StoreException.Reason.SCHEMA;
        }
        return isAway(state) || isWorthRepeating(failure)
                ? StoreException.Reason.UNAVAILABLE
                : StoreException.Reason.FAILED;
    }

    @Override
    public boolean isWorthRepeating(SQLException failure) {
        String state = state(failure);
        return state.equals(SERIALIZATION_FAILURE) || state.equals(DEADLOCK);
    }

    /** Classes: 22 data, 23 constraints, 54 limits of the program. */
    @Override
    public boolean isFaultOfRows(SQLException failure) {
        String state = state(failure);
        return state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
    }

    @Override
    public String describe(SQLException failure) {
        ServerErrorMessage told = told(failure);
        if (told == null) {
            return String.valueOf(failure.getMessage());
        }
        StringBuilder text = new StringBuilder("SQLSTATE ").append(told.getSQLState());
        add(text, "table", told.getTable());
        add(text, "column", told.getColumn());
        add(text, "constraint", told.getConstraint());
        return isFaultOfRows(failure)
                ? text.toString()
                : text.append(": ").append(told.getMessage()).toString();
    }

    private static void add(StringBuilder text, String word, @Nullable String name) {
        if (name != null) {
            text.append(", ").append(word).append(' ').append(name);
        }
    }

    /** What the server said of it; a batch that failed has it behind its own message. */
    private static @Nullable ServerErrorMessage told(SQLException failure) {
        for (SQLException one = failure; one != null; one = one.getNextException()) {
            if (one instanceof PSQLException from && from.getServerErrorMessage() != null) {
                return from.getServerErrorMessage();
            }
            if (one.getCause() instanceof PSQLException from
                    && from.getServerErrorMessage() != null) {
                return from.getServerErrorMessage();
            }
        }
        return null;
    }

    @Override
    public String sum(String column) {
        return "coalesce(sum(" + column + "), 0)";
    }

    @Override
    public String sumWithExcluded(String table, String column) {
        return table + "." + column + " + excluded." + column;
    }

    @Override
    public void announce(Connection connection, ChangeKind kind) throws SQLException {
        try (PreparedStatement notify = connection.prepareStatement("SELECT pg_notify(?, ?)")) {
            notify.setString(1, CHANNEL);
            notify.setString(2, kind.code());
            notify.execute();
        }
    }

    /**
     * Classes: 08 connection, 25 read-only after a fail-over, 53 out of resources, 57 shutdown, 58
     * system error. A full disk is among them: the row is not at fault.
     */
    private static boolean isAway(String state) {
        return state.isEmpty()
                || state.startsWith("08")
                || state.startsWith("53")
                || state.startsWith("57")
                || state.startsWith("58")
                || state.startsWith("28")
                || state.equals("25006")
                || state.equals("3D000")
                || state.equals(LOCK_NOT_AVAILABLE);
    }

    private static String state(SQLException failure) {
        String state = failure.getSQLState();
        return state == null ? "" : state;
    }
}
