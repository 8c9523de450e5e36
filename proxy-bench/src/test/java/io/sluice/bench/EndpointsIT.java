package io.sluice.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.RawCaller;
import io.sluice.bench.testing.ScriptedGateway;
import io.sluice.bench.testing.ScriptedProvider;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which paths are served, and what is said to those who ask for others. */
class EndpointsIT {

    private static final String CORS =
            "cors: {allowed_origins: [\"https://page.example\"], max_age: 5m}";

    @TempDir static Path folder;

    @RegisterExtension
    private static final ScriptedGateway GATEWAY =
            new ScriptedGateway(
                    () -> folder,
                    provider ->
                            provider.modelEntry("raw", "openai/sent")
                                    + provider.modelEntry("with/slash", "openai/sl/ash")
                                    + provider.modelEntry("dep", "azure/their dep")
                                            .replace("/v1\"", "\"")
                                    + CORS);

    private final ScriptedProvider provider = GATEWAY.provider();
    private final RawCaller caller = GATEWAY.newCaller();

    @ParameterizedTest
    @ValueSource(strings = {"/v1/", "/", "/openai/v1/"})
    void servesEachEndpoint_underEachPrefix(String prefix) throws IOException {
        for (String endpoint :
                new String[] {
                    "chat/completions", "completions", "embeddings", "moderations", "responses"
                }) {
            provider.willAnswer("application/json", "{\"from\":\"" + endpoint + "\"}");

            caller.post(
                    prefix + endpoint,
                    "{\"model\":\"raw\",\"messages\":[],\"prompt\":\"\",\"input\":\"\"}");

            assertThat(caller.read().text()).contains(endpoint);
            assertThat(provider.last().line()).isEqualTo("POST /v1/" + endpoint + " HTTP/1.1");
            assertThat(provider.last().text()).startsWith("{\"model\":\"sent\",");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/engines/raw/chat/completions, sent",
        "/v1/engines/raw/chat/completions, sent",
        "/openai/deployments/raw/chat/completions?api-version=2024-10-21, sent",
        "/openai/deployments/with%2Fslash/chat/completions?api-version=x, sl/ash"
    })
    void takesModelFromPath(String path, String model) throws IOException {
        provider.willAnswer("application/json", "{}");

        RawCaller.Answer answer = caller.post(path, "{ \"messages\":[]}").read();

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(provider.last().line()).isEqualTo("POST /v1/chat/completions HTTP/1.1");
        assertThat(provider.last().text())
                .isEqualTo("{\"model\":\"" + model + "\", \"messages\":[]}");
    }

    @Test
    void putsModelIntoPath_forAzure() throws IOException {
        provider.willAnswer("application/json", "{}");
        String body = "{ \"messages\":[]}";

        caller.post("/openai/deployments/dep/chat/completions?api-version=2025-01-01", body);

        assertThat(caller.read().status()).isEqualTo(200);
        assertThat(provider.last().line())
                .isEqualTo(
                        "POST /openai/deployments/their%20dep/chat/completions?api-version=2025-01-01"
                                + " HTTP/1.1");
        assertThat(provider.last().text()).isEqualTo(body);
        assertThat(provider.last().header("api-key")).isEqualTo("sk-up");
        assertThat(provider.last().header("authorization")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models", "/models", "/openai/v1/models"})
    void listsModels(String path) throws IOException {
        assertThat(caller.ask("GET", path).read().text())
                .startsWith("{\"object\":\"list\"")
                .contains("\"id\":\"raw\"", "\"id\":\"pair\"", "\"id\":\"with/slash\"");
        assertThat(caller.ask("GET", path + "/with%2Fslash").read().text())
                .startsWith("{\"id\":\"with/slash\",\"object\":\"model\"");
        assertThat(caller.ask("GET", path + "/none").read().text())
                .contains("\"code\":\"model_not_found\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/health",
                "/healthz",
                "/health/live",
                "/health/ready",
                "/ready",
                "/live",
                "/health/liveness",
                "/health/liveliness",
                "/health/readiness"
            })
    void isThere_forAnybody(String path) throws IOException {
        String request = "%s " + path + " HTTP/1.1\r\nhost: g\r\n\r\n";

        RawCaller.Answer whole = caller.send(request.formatted("GET")).read();
        RawCaller.Answer head = caller.send(request.formatted("HEAD")).read(false);

        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.text()).startsWith("{").endsWith("}");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("content-length")).isEqualTo(whole.header("content-length"));
        assertThat(caller.send(request.formatted("GET")).read().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/audio/speech", "GET, /v1/chat/completions", "PUT, /v1/responses/x",
        "POST, /v1/unknown", "DELETE, /v1/models/m", "PATCH, /v1/embeddings"
    })
    void saysWhatIsSupported_whereSomethingElseIsAskedFor(String method, String path)
            throws IOException {
        RawCaller.Answer answer = caller.ask(method, path).read();

        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.text())
                .startsWith("{\"error\":{")
                .contains("\"code\":\"not_supported\"", "POST /v1/chat/completions", "/v1/models");
        assertThat(caller.ask("GET", "/v1/models").read().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"GET, /metrics", "GET, /status", "GET, /logging", "PUT, /logging/io.sluice"})
    void pointsToAdminListener_forManagementPaths(String method, String path) throws IOException {
        RawCaller.Answer answer = caller.ask(method, path).read();

        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.text()).contains("admin listener", "admin.also_on_data_listener");
    }

    @Test
    void tellsPageItMayCall_whereItIsOnTheList() throws IOException {
        RawCaller.Answer answer = caller.send(preflight("https://page.example")).read();

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("access-control-allow-origin")).isEqualTo("https://page.example");
        assertThat(answer.header("access-control-allow-methods")).contains("POST");
        assertThat(answer.header("access-control-allow-headers")).isEqualTo("authorization");
        assertThat(answer.header("access-control-max-age")).isEqualTo("300");
        assertThat(answer.header("vary")).contains("origin");
        provider.willAnswer("application/json", "{}", "access-control-allow-origin: *");
        caller.post(
                "/v1/chat/completions",
                "{\"model\":\"raw\",\"messages\":[]}".getBytes(UTF_8),
                "origin: https://page.example");
        assertThat(caller.read().header("access-control-allow-origin"))
                .isEqualTo("https://page.example");
    }

    @Test
    void tellsNothing_toOtherPages() throws IOException {
        RawCaller.Answer answer = caller.send(preflight("https://other.example")).read();

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.headers())
                .noneMatch(header -> header.getKey().startsWith("access-control-"));
    }

    @Test
    void tellsNoPage_byDefault(@TempDir Path another) throws IOException {
        try (GatewayFixture plain = GatewayFixture.start(another);
                RawCaller page = new RawCaller(plain.port())) {
            RawCaller.Answer answer = page.send(preflight("https://page.example")).read();

            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.header("allow")).contains("POST", "OPTIONS");
            assertThat(answer.headers())
                    .noneMatch(header -> header.getKey().startsWith("access-control-"));
        }
    }

    private static String preflight(String origin) {
        return "OPTIONS /v1/chat/completions HTTP/1.1\r\nhost: g\r\norigin: "
                + origin
                + "\r\naccess-control-request-method: POST\r\n"
                + "access-control-request-headers: authorization\r\n\r\n";
    }
}
