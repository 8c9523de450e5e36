package io.sluice.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** One real PostgreSQL for all tests of a JVM, started when the first one asks. */
public final class PostgresFixture {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private PostgresFixture() {}

    /** The URL of a new and empty database, with user and password. */
    public static String newDatabaseUrl() {
        String name = "sluice_test_" + DATABASES.incrementAndGet();
        try (Connection connection = Running.SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return url(Running.SERVER, name);
    }

    static String url(EmbeddedPostgres server, String name) {
        return "postgresql://postgres:postgres@localhost:" + server.getPort() + "/" + name;
    }

    private static final class Running {

        private static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().setServerConfig("max_connections", "200").start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
