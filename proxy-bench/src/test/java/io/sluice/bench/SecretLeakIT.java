package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.Planted;
import io.sluice.bench.testing.Projects;
import io.sluice.bench.testing.ServeProcess;
import io.sluice.bench.upstream.Options;
import io.sluice.bench.upstream.SimulatedProvider;
import io.sluice.testing.RestartablePostgres;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No secret is ever seen again: not in answers, errors, metrics, logs, files or the database. */
class SecretLeakIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROVIDER_KEY = "sk-provider-planted-0123456789";
    private static final String PROMPT = "planted-prompt-7f3a91";

    @TempDir private Path folder;

    @Test
    void showsNoSecret_inAnswersMetricsLogsAndFiles() throws IOException {
        String caller;
        StringBuilder seen = new StringBuilder();
        try (GatewayFixture gateway = GatewayFixture.start(folder)) {
            String project = Projects.newProject(gateway, PROVIDER_KEY);
            caller = Projects.newToken(gateway, project, 201).path("token").asText();
            assertThat(gateway.chatAs(caller).statusCode()).isEqualTo(200);
            gateway.chat("m", PROMPT);
            seen.append(gateway.chatAs(caller + "x").body());
            for (String key : List.of(caller, caller + "y")) {
                seen.append(generate(gateway, key).body());
            }
            for (String path :
                    List.of(
                            "/key/list",
                            "/key/info?key=" + caller,
                            "/manage/projects",
                            "/manage/tokens",
                            "/spend/logs",
                            "/status",
                            "/metrics",
                            "/key/info?key=sk-none-of-this-value")) {
                seen.append(gateway.manage("GET", path, "").body());
            }
            seen.append(gateway.manage("POST", "/key/block", "{\"key\":\"sk-nobody-1\"}").body());
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith("sluice.yaml")) {
                    seen.append(Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
        }

        assertThat(List.of(caller, PROVIDER_KEY, PROMPT))
                .as("secrets")
                .noneMatch(secret -> seen.indexOf(secret) >= 0);
        assertThat(List.of(GatewayFixture.MASTER_KEY, GatewayFixture.SALT_KEY, GatewayFixture.KEY))
                .as("the operator's secrets")
                .noneMatch(secret -> seen.indexOf(secret) >= 0);
        assertThat(seen).doesNotContain("sk-nobody-1").contains("enc:v1:");
    }

    /** A call that carries its key in the query, as Gemini's clients may. */
    private static HttpResponse<String> generate(GatewayFixture gateway, String key) {
        String json = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";
        return gateway.send(
                HttpRequest.newBuilder(gateway.uri("/v1beta/models/m:generateContent?key=" + key))
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build());
    }

    /** Every way out of a service with PostgreSQL, at the most talkative level of its log. */
    @Test
    void showsNoSecret_whateverGoesWrong() throws Exception {
        Planted planted = Planted.of(JSON);
        Path state = folder.resolve("state");
        StringBuilder seen = new StringBuilder();
        try (RestartablePostgres postgres = RestartablePostgres.start(folder.resolve("pg"));
                SimulatedProvider provider = SimulatedProvider.start(Options.DEFAULT)) {
            String url = planted.databaseUrl(postgres.url());
            Path file =
                    Files.writeString(
                            folder.resolve("planted.yaml"),
                            planted.configuration(state, folder, url, provider.baseUri()));
            String caller;
            try (ServeProcess gateway = serve(file)) {
                caller = planted.call(gateway, provider, seen);
                read(state, seen);
                gateway.terminate();
                assertThat(gateway.exitCode()).as(gateway.errors()).isZero();
                seen.append(gateway.errors());
            }
            read(state, seen);
            seen.append(Files.readString(folder.resolve("access.log")));
            String rows = planted.dump(postgres.url());
            seen.append(rows);
            planted.breakConfiguration(folder, seen);

            assertThat(rows).contains("enc:v1:", "completed");
            planted.assertUnseen(seen.toString(), caller);
            assertThat(rows).as("a bare digest").doesNotContain(Planted.sha256(caller));
        }
    }

    private ServeProcess serve(Path file) throws IOException {
        return ServeProcess.start(folder, "--config", file.toString()).awaitReady();
    }

    private static void read(Path state, StringBuilder seen) throws IOException {
        try (Stream<Path> files = Files.walk(state)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                seen.append(file.getFileName());
                seen.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
    }
}
