package io.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SchemaTest {

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void takesEveryStepOnce(Engines engine) {
        try (Database database = engine.open(folder)) {
            Schema schema = database.schema();

            int first = schema.migrate();
            int second = schema.migrate();

            assertThat(first).isEqualTo(schema.steps().size()).isPositive();
            assertThat(second).isZero();
            assertThat(schema.steps()).allMatch(step -> step.state().equals("applied"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheSums_whenModelsGetTheirGroups(Engines engine) throws Exception {
        try (Database database = engine.open(folder)) {
            Flyway.configure()
                    .dataSource(database.plain())
                    .locations("classpath:db/migration")
                    .table("schema_history")
                    .placeholders(database.dialect().placeholders())
                    .target("2")
                    .load()
                    .migrate();
            for (String table : List.of("rollups_hourly", "rollups_daily")) {
                Rows.execute(
                        database,
                        ("INSERT INTO %s SELECT 20000, 'model', 'fast', 'fast', 'USD', 1, 0, 0, 0,"
                                        + " 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 9")
                                .formatted(table));
            }

            database.schema().migrate();

            for (String table : List.of("rollups_hourly", "rollups_daily")) {
                assertThat(Rows.stored(database, table, 1).values()).containsExactly("1 0 3 7 9");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void plansWhatItWouldRun_inTheEnginesOwnWords(Engines engine) {
        try (Database database = engine.open(folder)) {
            Schema schema = database.schema();

            String before = schema.plan();
            schema.migrate();

            assertThat(before)
                    .contains("-- V1__accounts.sql", "CREATE TABLE calls")
                    .doesNotContain("${");
            assertThat(before.contains("PARTITION BY")).isEqualTo(engine == Engines.POSTGRESQL);
            assertThat(schema.plan()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesSchemaThatIsNewer(Engines engine) {
        try (Database database = engine.migrated(folder)) {
            database.data()
                    .write(connection -> {
                        try (Statement statement = connection.createStatement()) {
                            return statement.executeUpdate(
                                    "INSERT INTO schema_history (installed_rank, version,"
                                            + " description, type, script, checksum, installed_by,"
                                            + " execution_time, success) VALUES (99, '999',"
                                            + " 'later', 'SQL', 'V999__later.sql', 1, 'x', 1,"
                                            + " TRUE)");
                        }
                    });

            assertThatThrownBy(() -> database.schema().migrate())
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.SCHEMA))
                    .hasMessageContaining("version 999")
                    .hasMessageContaining("start a program as new as");
        }
    }

    @ParameterizedTest
    @EnumSource
    void undoesTransaction_whenItsWorkFails(Engines engine) {
        try (Database database = engine.migrated(folder)) {
            assertThatThrownBy(() ->
                            database.data()
                                    .write(connection -> {
                                        insertOverride(connection.createStatement());
                                        throw new IllegalStateException("on purpose");
                                    }))
                    .hasMessage("on purpose");

            assertThat(overrides(database)).isZero();
        }
    }

    @Test
    void keepsFileFromOthers_onSqlite() throws Exception {
        try (Database database = Engines.SQLITE.migrated(folder)) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(
                                            folder.resolve(Database.FILE_NAME))))
                    .isEqualTo("rw-------");
            assertThat(database.describe()).contains("sluice.db");
        }
    }

    @Test
    void namesNoPassword_whenDatabaseIsAway() {
        try (Database database =
                Engines.open("postgres://joe:planted-secret@127.0.0.1:1/books", folder)) {
            assertThatThrownBy(() -> database.schema().migrate())
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e ->
                                    assertThat(e.reason())
                                            .isEqualTo(StoreException.Reason.UNAVAILABLE))
                    .hasMessageContaining("127.0.0.1:1/books")
                    .hasMessageNotContaining("planted-secret");
            assertThat(database.describe())
                    .isEqualTo("PostgreSQL at 127.0.0.1:1/books")
                    .doesNotContain("joe");
        }
    }

    private static void insertOverride(Statement statement) throws SQLException {
        try (statement) {
            statement.executeUpdate(
                    "INSERT INTO settings_overrides (id, value, created_at, updated_at,"
                            + " version) VALUES ('a', '1', 0, 0, 0)");
        }
    }

    private static int overrides(Database database) {
        return database.admin()
                .read(connection -> {
                    try (var statement = connection.createStatement();
                            var rows =
                                    statement.executeQuery(
                                            "SELECT count(*) FROM settings_overrides")) {
                        rows.next();
                        return rows.getInt(1);
                    }
                });
    }
}
