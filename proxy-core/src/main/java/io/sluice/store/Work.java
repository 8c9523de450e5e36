package io.sluice.store;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What is done with one connection, in one transaction.
 *
 * <p>It may be run more than once, when the database asks for it, so it changes nothing but the
 * database. It neither commits nor closes.
 *
 * @param <T> what comes out
 */
@FunctionalInterface
public interface Work<T> {

    T on(Connection connection) throws SQLException;
}
