package io.sluice.store;

import io.sluice.ledger.Settlement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Writes rows into {@code calls}, in the engine's fastest way. */
interface CallWriter {

    /** Makes room for these days; in transactions of its own. */
    void prepare(Connections connections, List<Settlement> rows);

    /** Forgets what room there is: something failed, and it may have been taken away. */
    void forget();

    /**
     * Inserts the rows that are not there yet.
     *
     * @return those that were not
     * @throws SQLException if none was inserted
     */
    List<Settlement> insert(Connection connection, List<Settlement> rows) throws SQLException;
}
