package io.sluice.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.sluice.config.DatabaseSettings;
import io.sluice.config.Secret;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The database: PostgreSQL where a URL is configured, else SQLite in the state folder.
 *
 * <p>{@link #data} is for the accounts and the look-ups of calls, {@link #admin} for what people
 * ask; neither can use up the connections of the other. Opening one connects nothing: a database
 * that is away is found out by the first question. Safe for any thread.
 */
public final class Database implements AutoCloseable {

    /*
     * SQLite knows one writer at a time. There is one connection that writes, so that who comes
     * second waits for a connection and not for a lock, and a few that only read, which the writer
     * never stops. Its transactions are synchronised in full: the journal forgets what a
     * transaction has stored, and with less, a power cut may undo transactions.
     */

    /** The file in the state folder. */
    public static final String FILE_NAME = "sluice.db";

    private static final int DATA_CONNECTIONS = 8;
    private static final int ADMIN_CONNECTIONS = 4;
    private static final Duration CONNECTION_WAIT = Duration.ofSeconds(5);
    private static final Duration DATA_STATEMENT = Duration.ofSeconds(30);
    private static final Duration ADMIN_STATEMENT = Duration.ofSeconds(10);
    private static final Duration LOCK_WAIT = Duration.ofSeconds(5);

    private final Dialect dialect;
    private final String description;
    private final DataSource plain;
    private final Connections data;
    private final Connections admin;

    private Database(
            Dialect dialect,
            String description,
            DataSource plain,
            Connections data,
            Connections admin) {
        this.dialect = dialect;
        this.description = description;
        this.plain = plain;
        this.data = data;
        this.admin = admin;
    }

    /**
     * Opens what the settings name.
     *
     * @param stateDir where SQLite's file is, or is made
     * @throws StoreException if the URL cannot be understood or the file cannot be made
     */
    public static Database open(DatabaseSettings settings, Path stateDir) {
        Secret url = settings.url();
        return url == null
                ? openFile(stateDir.resolve(FILE_NAME), ADMIN_STATEMENT)
                : openPostgres(url);
    }

    private static Database openPostgres(Secret url) {
        DatabaseAddress address;
        try {
            address = DatabaseAddress.parse(url.reveal());
        } catch (IllegalArgumentException e) {
            throw new StoreException(StoreException.Reason.FAILED, failed(e), null);
        }
        PostgresDialect dialect = new PostgresDialect();
        HikariDataSource data =
                pool("data", postgres(address, DATA_STATEMENT), DATA_CONNECTIONS, null);
        HikariDataSource admin =
                pool("admin", postgres(address, ADMIN_STATEMENT), ADMIN_CONNECTIONS, null);
        return new Database(
                dialect,
                address.describe(),
                postgres(address, Duration.ZERO),
                new Connections(data, data, dialect),
                new Connections(admin, admin, dialect));
    }

    /**
     * The same in one file, with another bound for what people ask.
     *
     * @throws StoreException if the file cannot be made
     */
    static Database openFile(Path file, Duration statement) {
        try {
            makePrivate(file);
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Reason.UNAVAILABLE, "cannot make " + file + ": " + failed(e), e);
        }
        SqliteDialect dialect = new SqliteDialect();
        HikariDataSource writer = pool("writer", sqlite(file), 1, null);
        HikariDataSource dataReaders =
                pool("data", sqlite(file), ADMIN_CONNECTIONS, "PRAGMA query_only = true");
        HikariDataSource adminReaders =
                pool("admin", sqlite(file), ADMIN_CONNECTIONS, "PRAGMA query_only = true");
        return new Database(
                dialect,
                "SQLite in " + file,
                sqlite(file),
                new Connections(writer, dataReaders, dialect),
                new Connections(writer, adminReaders, dialect, new SqliteDeadline(statement)));
    }

    /** Which engine and where, for people; names no user and no password. */
    public String describe() {
        return description;
    }

    /** Whether other processes may use it too. */
    public boolean isShared() {
        return dialect instanceof PostgresDialect;
    }

    /** For calls and their accounts: few and short questions. */
    public Connections data() {
        return data;
    }

    /** For people: questions may be long, and are cut off. */
    public Connections admin() {
        return admin;
    }

    /** Its layout. */
    public Schema schema() {
        return new Schema(dialect, plain, description);
    }

    Dialect dialect() {
        return dialect;
    }

    /** Connections of no pool, without bounds in time: for migrations and for listening. */
    DataSource plain() {
        return plain;
    }

    private static PGSimpleDataSource postgres(DatabaseAddress address, Duration statement) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(address.jdbcUrl());
        source.setLogServerErrorDetail(false);
        source.setUser(address.user());
        Secret password = address.password();
        if (password != null) {
            source.setPassword(password.reveal());
        }
        source.setApplicationName("sluice");
        source.setTcpKeepAlive(true);
        source.setConnectTimeout(Math.toIntExact(CONNECTION_WAIT.toSeconds()));
        source.setLoginTimeout(Math.toIntExact(CONNECTION_WAIT.toSeconds()));
        for (Map.Entry<String, String> property : address.properties().entrySet()) {
            try {
                source.setProperty(property.getKey(), property.getValue());
            } catch (java.sql.SQLException e) {
                throw new StoreException(
                        StoreException.Reason.FAILED,
                        "database.url has a parameter that is not understood: " + property.getKey(),
                        null);
            }
        }
        if (!statement.isZero()) {
            source.setSocketTimeout(Math.toIntExact(statement.plus(CONNECTION_WAIT).toSeconds()));
            source.setOptions(
                    "-c statement_timeout=%d -c lock_timeout=%d"
                            .formatted(statement.toMillis(), LOCK_WAIT.toMillis()));
        }
        return source;
    }

    private static SQLiteDataSource sqlite(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTransactionMode(SQLiteConfig.TransactionMode.DEFERRED);
        config.setBusyTimeout(Math.toIntExact(CONNECTION_WAIT.toMillis()));
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    private static HikariDataSource pool(
            String name, DataSource source, int connections, @Nullable String firstStatement) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("sluice-" + name);
        config.setDataSource(source);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(0);
        config.setAutoCommit(false);
        config.setConnectionTimeout(CONNECTION_WAIT.toMillis());
        config.setInitializationFailTimeout(-1);
        config.setConnectionInitSql(firstStatement);
        config.setDataSourceProperties(new Properties());
        return new HikariDataSource(config);
    }

    private static void makePrivate(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        try {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    private static String failed(Exception e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    @Override
    public void close() {
        data.close();
        admin.close();
    }
}
