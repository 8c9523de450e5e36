package io.sluice.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;

/**
 * The layout of the database, in numbered steps that are taken once and never changed.
 *
 * <p>Several processes may migrate at once: a lock in the database lets one of them work. Blocks.
 */
public final class Schema {

    private static final String LOCATION = "db/migration";
    private static final String TABLE = "schema_history";

    private final Dialect dialect;
    private final Flyway flyway;
    private final String description;

    Schema(Dialect dialect, DataSource source, String description) {
        this.dialect = dialect;
        this.description = description;
        flyway =
                Flyway.configure()
                        .dataSource(source)
                        .locations("classpath:" + LOCATION)
                        .table(TABLE)
                        .placeholders(dialect.placeholders())
                        .validateMigrationNaming(true)
                        .baselineOnMigrate(false)
                        .cleanDisabled(true)
                        .loggers("slf4j")
                        .load();
    }

    /**
     * One step.
     *
     * @param state in words
     */
    public record Step(String version, String name, String state) {}

    /** Every step that the program or the database knows, oldest first. */
    public List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        for (MigrationInfo migration : known()) {
            steps.add(
                    new Step(
                            String.valueOf(migration.getVersion()),
                            migration.getDescription(),
                            words(migration.getState())));
        }
        return steps;
    }

    /** The SQL that {@link #migrate} would run, in this engine's words; empty where nothing is. */
    public String plan() {
        StringBuilder plan = new StringBuilder();
        for (MigrationInfo migration : known()) {
            if (migration.getState() == MigrationState.PENDING) {
                plan.append("-- ").append(migration.getScript()).append('\n');
                plan.append(script(migration.getScript())).append('\n');
            }
        }
        return plan.toString();
    }

    /**
     * Takes the steps that are missing.
     *
     * @return how many
     * @throws StoreException if the schema is newer than the program, was changed by hand, or the
     *     database is away
     */
    public int migrate() {
        check();
        try {
            return flyway.migrate().migrationsExecuted;
        } catch (FlywayException e) {
            throw failure(e);
        }
    }

    /**
     * Refuses a schema that is newer than this program.
     *
     * @throws StoreException if it is, with a sentence that says what to do
     */
    public void check() {
        String newest = "";
        String own = "none";
        for (MigrationInfo migration : known()) {
            MigrationState state = migration.getState();
            if (state == MigrationState.FUTURE_SUCCESS || state == MigrationState.FUTURE_FAILED) {
                newest = String.valueOf(migration.getVersion());
            } else {
                own = String.valueOf(migration.getVersion());
            }
        }
        if (!newest.isEmpty()) {
            throw new StoreException(
                    StoreException.Reason.SCHEMA,
                    ("the schema of %s is version %s, and this program knows versions up to %s:"
                                    + " start a program as new as the one that migrated it, or"
                                    + " restore the backup from before")
                            .formatted(description, newest, own),
                    null);
        }
    }

    private MigrationInfo[] known() {
        try {
            return flyway.info().all();
        } catch (FlywayException e) {
            throw failure(e);
        }
    }

    private StoreException failure(FlywayException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof java.sql.SQLException sql) {
                return new StoreException(
                        dialect.reason(sql),
                        "cannot use the schema of " + description + ": " + sql.getMessage(),
                        e);
            }
        }
        return new StoreException(
                StoreException.Reason.SCHEMA,
                "cannot use the schema of " + description + ": " + e.getMessage(),
                e);
    }

    private String script(String name) {
        String path = "/" + LOCATION + "/" + name;
        try (InputStream in = Schema.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("no such migration: " + path);
            }
            String text = new String(in.readAllBytes(), UTF_8);
            for (Map.Entry<String, String> word : dialect.placeholders().entrySet()) {
                text = text.replace("${" + word.getKey() + "}", word.getValue());
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String words(MigrationState state) {
        return switch (state) {
            case PENDING -> "pending";
            case SUCCESS -> "applied";
            case FUTURE_SUCCESS -> "applied by a newer program";
            default -> state.getDisplayName();
        };
    }
}
