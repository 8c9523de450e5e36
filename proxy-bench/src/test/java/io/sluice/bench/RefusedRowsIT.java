package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.upstream.Options;
import io.sluice.config.DatabaseSettings;
import io.sluice.config.Secret;
import io.sluice.store.Database;
import io.sluice.testing.PostgresFixture;
import io.sluice.transport.cli.Sluice;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Rows that the database refuses, and takes later. */
class RefusedRowsIT {

    private static final String REFUSE =
            "ALTER TABLE calls ADD CONSTRAINT no_pair CHECK (model_asked <> 'pair')";
    private static final String ALLOW = "ALTER TABLE calls DROP CONSTRAINT no_pair";

    @TempDir private Path folder;

    private record Told(int exitCode, String text) {}

    @Test
    void areOfferedAgain_byCommandAndAtTheStart() throws Exception {
        String url = PostgresFixture.newDatabaseUrl();
        Path refused = folder.resolve("state").resolve("ledger").resolve("refused");
        try (GatewayFixture gateway = gateway(url)) {
            run(url, REFUSE);
            assertThat(gateway.chat("pair", "hi").statusCode()).isEqualTo(200);
            assertThat(gateway.chat("m", "hi").statusCode()).isEqualTo(200);
            awaitRefused(gateway, 1);
            awaitRows(url, 1);

            Told early = replay(gateway);
            assertThat(early.exitCode()).isOne();
            assertThat(early.text()).containsPattern("left +1").contains("no_pair");

            run(url, ALLOW);
            Told done = replay(gateway);
            assertThat(done.exitCode()).as(done.text()).isZero();
            assertThat(done.text()).containsPattern("stored +1").containsPattern("left +0");
            assertThat(rows(url)).isEqualTo(2);
            assertThat(refused).doesNotExist();
            assertThat(replay(gateway).text()).containsPattern("stored +0");

            run(url, "DELETE FROM calls WHERE model_asked = 'pair'");
            run(url, REFUSE);
            assertThat(gateway.chat("pair", "hi").statusCode()).isEqualTo(200);
            awaitRefused(gateway, 2);
        }
        assertThat(refused).exists();
        run(url, ALLOW);

        try (GatewayFixture gateway = gateway(url)) {
            awaitRows(url, 2);
            GatewayFixture.await(() -> !refused.toFile().exists(), () -> "the file is gone");
            assertThat(gateway.metric("sluice_ledger_refused_rows_total")).isZero();
        }
    }

    private GatewayFixture gateway(String url) throws IOException {
        return GatewayFixture.startWithDatabase(
                folder, Options.DEFAULT, "database: {url: \"" + url + "\"}\n");
    }

    private static void awaitRefused(GatewayFixture gateway, int count) {
        GatewayFixture.await(
                () -> gateway.metric("sluice_ledger_refused_rows_total") == count,
                () -> count + " rows are refused");
    }

    private void awaitRows(String url, long count) {
        GatewayFixture.await(() -> rows(url) == count, () -> count + " rows: " + rows(url));
    }

    private static Told replay(GatewayFixture gateway) {
        StringWriter out = new StringWriter();
        CommandLine command = Sluice.newCommandLine();
        command.setOut(new PrintWriter(out));
        int exitCode =
                command.execute(
                        "ledger",
                        "replay-refused",
                        "--url",
                        "http://127.0.0.1:" + gateway.gateway().adminPort(),
                        "--master-key",
                        GatewayFixture.MASTER_KEY);
        return new Told(exitCode, out.toString());
    }

    private long rows(String url) {
        try (Database database = open(url)) {
            return database.data()
                    .<Long>read(connection -> {
                        try (var select =
                                        connection.prepareStatement("SELECT count(*) FROM calls");
                                var row = select.executeQuery()) {
                            row.next();
                            return row.getLong(1);
                        }
                    });
        }
    }

    private void run(String url, String sql) {
        try (Database database = open(url)) {
            database.data()
                    .write(connection -> {
                        try (var statement = connection.prepareStatement(sql)) {
                            return statement.executeUpdate();
                        }
                    });
        }
    }

    private Database open(String url) {
        return Database.open(
                new DatabaseSettings(Secret.of(url), Duration.ofMinutes(10), null), folder);
    }
}
