package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.ServeProcess;
import io.sluice.bench.upstream.Options;
import io.sluice.bench.upstream.SimulatedProvider;
import io.sluice.config.DatabaseSettings;
import io.sluice.config.Secret;
import io.sluice.store.Database;
import io.sluice.testing.PostgresFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Responses that are made in the background, by processes that are killed, restarted, and stand
 * beside another one on the same database.
 */
class BackgroundResponsesIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir private Path folder;

    @Test
    void areFoundAndBookedOnce_howeverManyProcessesAreAskedForThem() throws Exception {
        String url = PostgresFixture.newDatabaseUrl();
        try (SimulatedProvider provider = SimulatedProvider.start(Options.DEFAULT)) {
            Path one = configuration("one", url, provider);
            Path other = configuration("other", url, provider);
            try (ServeProcess b = serve(other)) {
                String path;
                try (ServeProcess a = serve(one)) {
                    HttpResponse<String> ordered =
                            ask(
                                    a,
                                    "POST",
                                    "",
                                    "{\"model\":\"m\",\"input\":\"x\",\"background\":true}");
                    assertThat(ordered.statusCode()).as(ordered.body()).isEqualTo(200);
                    path = "/" + JSON.readTree(ordered.body()).path("id").asText();
                    GatewayFixture.await(
                            () -> status(ask(b, "GET", path, "")).equals("in_progress"),
                            () -> "the other process finds it");
                    a.kill();
                }
                try (ServeProcess a = serve(one)) {
                    JsonNode told = JSON.readTree(ask(a, "GET", path, "").body());
                    assertThat(told.path("status").asText()).isEqualTo("completed");
                    assertThat(status(ask(b, "GET", path, ""))).isEqualTo("completed");
                    assertThat(status(ask(a, "GET", path, ""))).isEqualTo("completed");
                    stop(a);
                    stop(b);
                    assertThat(books(url))
                            .isEqualTo(
                                    "1 "
                                            + told.at("/usage/input_tokens").asLong()
                                            + " "
                                            + told.at("/usage/output_tokens").asLong());
                }
                try (ServeProcess a = serve(one)) {
                    assertThat(status(ask(a, "GET", path, ""))).isEqualTo("completed");
                    assertThat(ask(a, "DELETE", path, "").statusCode()).isEqualTo(200);
                    assertThat(ask(a, "GET", path, "").statusCode()).isEqualTo(404);
                    stop(a);
                }
                assertThat(books(url)).startsWith("1 ");
                try (ServeProcess a = serve(one)) {
                    assertThat(ask(a, "GET", path, "").statusCode()).isEqualTo(404);
                }
            }
        }
    }

    private static void stop(ServeProcess gateway) throws InterruptedException {
        gateway.terminate();
        assertThat(gateway.exitCode()).as(gateway.errors()).isZero();
    }

    /** How many rows there are of what was made in the background, and their tokens. */
    private String books(String url) {
        try (Database database =
                Database.open(
                        new DatabaseSettings(Secret.of(url), Duration.ofMinutes(10), null),
                        folder)) {
            return database.admin().read(BackgroundResponsesIT::books);
        }
    }

    private static String books(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT count(*), sum(input_tokens), sum(output_tokens) FROM calls"
                                        + " WHERE attempt = 0 AND usage_origin = 'reported'")) {
            row.next();
            return row.getLong(1) + " " + row.getLong(2) + " " + row.getLong(3);
        }
    }

    private static String status(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body()).path("status").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path configuration(String name, String url, SimulatedProvider provider)
            throws IOException {
        Path at = Files.createDirectories(folder.resolve(name));
        return Files.writeString(
                at.resolve("sluice.yaml"),
                """
                general_settings: {master_key: %s, salt_key: %s}
                listen: {port: 0}
                admin: {port: 0}
                state_dir: %s
                logging: {access: none, level: warn}
                ledger: {ring_bytes: 8MiB, journal_bytes: 64MiB}
                database: {url: "%s"}
                keys: [{alias: tester, key: %s}]
                model_list:
                  - {model_name: m, litellm_params: {model: openai/m, api_base: "%s/v1", api_key: sk-up}}
                """
                        .formatted(
                                GatewayFixture.MASTER_KEY,
                                GatewayFixture.SALT_KEY,
                                at.resolve("state"),
                                url,
                                GatewayFixture.KEY,
                                provider.baseUri()));
    }

    private ServeProcess serve(Path file) throws IOException {
        return ServeProcess.start(folder, "--config", file.toString()).awaitReady();
    }

    private static HttpResponse<String> ask(
            ServeProcess gateway, String method, String path, String body) {
        try {
            return CLIENT.send(
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "http://127.0.0.1:"
                                                    + gateway.dataPort()
                                                    + "/v1/responses"
                                                    + path))
                            .header("authorization", "Bearer " + GatewayFixture.KEY)
                            .header("content-type", "application/json")
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
