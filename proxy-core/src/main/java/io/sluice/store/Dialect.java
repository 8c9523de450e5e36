package io.sluice.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** What one engine does in its own way. Immutable; safe for any thread. */
sealed interface Dialect permits PostgresDialect, SqliteDialect {

    /** Its name for people, and of the migrations that are its own. */
    String engine();

    /** What the words of the migrations stand for. */
    Map<String, String> placeholders();

    /** The reason of a failure. */
    StoreException.Reason reason(SQLException failure);

    /** Whether the same transaction may well succeed if it is run again at once. */
    boolean isWorthRepeating(SQLException failure);

    /** Whether it is the rows that cannot be stored, and not the database that cannot store. */
    boolean isFaultOfRows(SQLException failure);

    /** What went wrong, in words that hold no value of any row. */
    String describe(SQLException failure);

    /** An expression for the sum of a column of amounts, 0 where there are no rows. */
    String sum(String column);

    /** An expression for {@code table.column + excluded.column} of a sum of amounts. */
    String sumWithExcluded(String table, String column);

    /**
     * Tells the other processes, when this transaction commits, that an object has changed.
     *
     * @throws SQLException if it cannot
     */
    void announce(Connection connection, ChangeKind kind) throws SQLException;
}
