package io.sluice.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** SQLite, in a file of this process. */
final class SqliteDialect implements Dialect {

    /*
     * Its integers have 64 bits, and a sum that does not fit becomes a floating-point number or an
     * error. Sums of amounts are therefore made in two halves and stay at the largest amount there
     * is, 9.2 million units of a currency in one row.
     */

    private static final String MOST = "9223372036854775807";

    @Override
    public String engine() {
        return "SQLite";
    }

    @Override
    public Map<String, String> placeholders() {
        return Map.of(
                "bytes", "BLOB",
                "uuid", "TEXT",
                "sum", "INTEGER",
                "partitioned_by_day", "",
                "clustered", "WITHOUT ROWID");
    }

    @Override
    public StoreException.Reason reason(SQLException failure) {
        if (!(failure instanceof SQLiteException sqlite)) {
            return StoreException.Reason.UNAVAILABLE;
        }
        return switch (sqlite.getResultCode()) {
            case SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY ->
                    StoreException.Reason.CONFLICT;
            case SQLITE_INTERRUPT -> StoreException.Reason.TIMED_OUT;
            case SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT, SQLITE_LOCKED, SQLITE_FULL, SQLITE_CANTOPEN ->
                    StoreException.Reason.UNAVAILABLE;
            case SQLiteErrorCode code when code.name().startsWith("SQLITE_IOERR") ->
                    StoreException.Reason.UNAVAILABLE;
            default -> StoreException.Reason.FAILED;
        };
    }

    @Override
    public boolean isWorthRepeating(SQLException failure) {
        return failure instanceof SQLiteException sqlite
                && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT;
    }

    @Override
    public boolean isFaultOfRows(SQLException failure) {
        if (!(failure instanceof SQLiteException sqlite)) {
            return false;
        }
        String code = sqlite.getResultCode().name();
        return code.startsWith("SQLITE_CONSTRAINT")
                || code.equals("SQLITE_MISMATCH")
                || code.equals("SQLITE_TOOBIG");
    }

    @Override
    public String describe(SQLException failure) {
        return String.valueOf(failure.getMessage());
    }

    @Override
    public String sum(String column) {
        String high = "sum(" + column + " >> 20)";
        String low = "sum(" + column + " & 1048575)";
        return ("coalesce(CASE WHEN %s + (%s >> 20) >= 8796093022208 THEN %s"
                        + " ELSE %s * 1048576 + %s END, 0)")
                .formatted(high, low, MOST, high, low);
    }

    @Override
    public String sumWithExcluded(String table, String column) {
        String own = table + "." + column;
        String other = "excluded." + column;
        return "CASE WHEN %s > %s - %s THEN %s ELSE %s + %s END"
                .formatted(own, MOST, other, MOST, own, other);
    }

    @Override
    public void announce(Connection connection, ChangeKind kind) {
        // No other process has the file open.
    }
}
