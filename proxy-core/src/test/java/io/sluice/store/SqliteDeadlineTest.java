package io.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SqliteDeadlineTest {

    private static final long ENDLESS = 1_000_000_000_000L;

    @TempDir private Path folder;

    @Test
    @Timeout(60)
    void cutsOffWhatTakesTooLong_andGoesOn() {
        try (Database database =
                Database.openFile(folder.resolve("x.db"), Duration.ofMillis(200))) {
            assertThatThrownBy(() -> database.admin().read(one -> count(one, ENDLESS)))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.TIMED_OUT));
            assertThatThrownBy(() -> database.admin().write(one -> count(one, ENDLESS)))
                    .isInstanceOf(StoreException.class);

            assertThat(database.admin().<Long>read(one -> count(one, 1000))).isEqualTo(1000);
            assertThat(database.data().<Long>write(one -> count(one, 1000))).isEqualTo(1000);
        }
    }

    @Test
    @Timeout(60)
    void bindsNobodyButPeople() {
        try (Database database = Database.openFile(folder.resolve("x.db"), Duration.ofMillis(1))) {
            assertThat(database.data().<Long>read(one -> count(one, 3_000_000)))
                    .isEqualTo(3_000_000);
        }
    }

    private static Long count(Connection connection, long rows) throws SQLException {
        String numbers =
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
                        + " SELECT count(*) FROM n";
        try (PreparedStatement select = counting(connection, numbers, rows);
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private static PreparedStatement counting(Connection connection, String sql, long rows)
            throws SQLException {
        PreparedStatement select = connection.prepareStatement(sql);
        select.setLong(1, rows);
        return select;
    }
}
