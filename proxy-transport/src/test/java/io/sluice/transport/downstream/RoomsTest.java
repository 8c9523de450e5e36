package io.sluice.transport.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.DecoderException;
import io.sluice.config.CorsSettings;
import io.sluice.config.Settings;
import io.sluice.error.ErrorCode;
import io.sluice.error.ErrorSource;
import io.sluice.telemetry.CallRecord;
import io.sluice.telemetry.Termination;
import io.sluice.testing.ModelFixture;
import io.sluice.testing.SettingsFixture;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each room answers or refuses, and the record that every known call leaves behind. */
class RoomsTest {

    private final Settings settings =
            new SettingsFixture()
                    .masterKey("sk-master-0123456789")
                    .key("ci", "sk-ci-0123456789", "gpt", "group")
                    .model(new ModelFixture("gpt").base("http://h/v1"))
                    .model(new ModelFixture("grouped").base("http://h/v1").groups("group"))
                    .model(new ModelFixture("claude").base("http://h/v1"))
                    .model(new ModelFixture("keyless").key(null))
                    .model(new ModelFixture("broken").of("acme", "x"))
                    .alias("fast", "gpt", false)
                    .cors(new CorsSettings(List.of("https://a.example"), Duration.ofMinutes(5)))
                    .build();
    private final ClientFixture client = new ClientFixture(settings);

    @AfterEach
    void release() {
        client.release();
        assertThat(client.metrics().inflightRequests()).isZero();
        assertThat(client.initializer().bufferedBytes()).isZero();
    }

    @Test
    void authentication_refusesAStranger_withoutShowingTheKey() {
        client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n{");
        assertThat(client.received())
                .startsWith("HTTP/1.1 401 ")
                .contains("\"code\":\"missing_api_key\"", "\"type\":\"authentication_error\"");

        client.send("12345678");
        client.send(get("/v1/models", "sk-wrong-0123456789"));
        assertThat(client.received())
                .startsWith("HTTP/1.1 401 ")
                .contains("\"code\":\"invalid_api_key\"", "****6789")
                .doesNotContain("sk-wrong");
        client.send(get("/v1/models", "sk-short"));
        assertThat(client.received()).contains("****").doesNotContain("hort");
        client.send(get("/v1/models", "sk-ci-0123456789", "x-api-key: other"));
        assertThat(client.received())
                .startsWith("HTTP/1.1 400 ")
                .contains("\"code\":\"conflicting_credentials\"");

        assertThat(client.calls())
                .extracting(CallRecord::error, CallRecord::key)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(ErrorCode.MISSING_API_KEY, null),
                        org.assertj.core.groups.Tuple.tuple(ErrorCode.INVALID_API_KEY, null),
                        org.assertj.core.groups.Tuple.tuple(ErrorCode.INVALID_API_KEY, null),
                        org.assertj.core.groups.Tuple.tuple(
                                ErrorCode.CONFLICTING_CREDENTIALS, null));
    }

    @Test
    void authentication_refusesAStranger_beforeTheBodyIsTaken() {
        client.send(
                post("/v1/chat/completions", "sk-nobody", "")
                        .replace(
                                "Content-Length: 0",
                                "Content-Length: 99999\r\nExpect: 100-continue"));

        assertThat(client.received()).startsWith("HTTP/1.1 401 ").doesNotContain("100 Continue");
        client.send("x".repeat(10_000));
        assertThat(client.initializer().bufferedBytes()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "/, 200, '\"name\":\"sluice\",\"version\":\"1.2.3\"'",
        "/health/live, 200, alive",
        "/live, 200, alive",
        "/health/liveness, 200, alive",
        "/health/liveliness, 200, alive",
        "/health, 200, '\"healthy\"'",
        "/healthz, 200, '\"healthy\"'",
        "/ready, 200, '\"healthy\"'",
        "/health/ready, 200, '\"healthy\"'",
        "/health/readiness?x=1, 200, '\"healthy\"'"
    })
    void publicEndpoints_answerAnybody(String path, int status, String text) {
        client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.received()).startsWith("HTTP/1.1 " + status + " ").contains(text);

        client.send("HEAD " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.received())
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("content-length: ")
                .endsWith("\r\n\r\n");
        assertThat(client.calls()).isEmpty();
    }

    @Test
    void publicEndpoints_areUnready_whileAlive() {
        client.becomeUnready();
        client.send("GET /health/ready HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.received()).startsWith("HTTP/1.1 503 ").contains("unhealthy");
        client.send("GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.received()).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @CsvSource({"https://a.example, true", "https://b.example, false", "https://A.example, false"})
    void publicEndpoints_letPagesAsk_whereTheirOriginIsAllowed(String origin, boolean allowed) {
        client.send(
                "OPTIONS /v1/chat/completions HTTP/1.1\r\nHost: h\r\nOrigin: "
                        + origin
                        + "\r\nAccess-Control-Request-Method: POST\r\n"
                        + "Access-Control-Request-Headers: authorization\r\n\r\n");

        String answer = client.received();
        assertThat(answer)
                .startsWith("HTTP/1.1 204 ")
                .contains("\r\nallow: GET, HEAD, POST, DELETE, OPTIONS\r\n")
                .doesNotContain("content-length");
        assertThat(answer.contains("access-control-allow-origin: " + origin)).isEqualTo(allowed);
        assertThat(answer.contains("access-control-max-age: 300")).isEqualTo(allowed);
        assertThat(answer.contains("access-control-allow-headers: authorization"))
                .isEqualTo(allowed);
    }

    @Test
    void publicEndpoints_letPagesReadErrorsToo() {
        client.send("GET /v1/models HTTP/1.1\r\nHost: h\r\nOrigin: https://a.example\r\n\r\n");

        assertThat(client.received())
                .startsWith("HTTP/1.1 401 ")
                .contains("\r\naccess-control-allow-origin: https://a.example\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models", "/models", "/openai/v1/models", "/openai/models"})
    void localEndpoints_listWhatTheKeyMayUse(String path) {
        client.send(get(path, "sk-ci-0123456789"));

        assertThat(client.received())
                .startsWith("HTTP/1.1 200 ")
                .contains(
                        "\"object\":\"list\"",
                        "\"id\":\"gpt\"",
                        "\"id\":\"grouped\"",
                        "\"id\":\"fast\"",
                        "\"owned_by\":\"openai\"")
                .doesNotContain("claude");
        assertThat(client.calls()).hasSize(1);
        assertThat(client.calls().getFirst().end()).isEqualTo(Termination.COMPLETE);
    }

    @ParameterizedTest
    @CsvSource({"gpt, 200", "fast, 200", "g%70t, 200", "claude, 404", "nothing, 404", "gpt/x, 404"})
    void localEndpoints_describeOneModel(String model, int status) {
        client.send(get("/v1/models/" + model, "sk-ci-0123456789"));

        assertThat(client.received())
                .startsWith("HTTP/1.1 " + status + " ")
                .contains(status == 200 ? "\"object\":\"model\"" : "model_not_found");
        assertThat(client.calls()).hasSize(1);
    }

    @Test
    void localEndpoints_sayWhatIsSupported() {
        client.send(get("/v1/files", "sk-ci-0123456789"));
        assertThat(client.received())
                .startsWith("HTTP/1.1 501 ")
                .contains("GET /v1/files is not supported", "POST /v1/chat/completions");

        client.send(get("/key/list", "sk-ci-0123456789"));
        assertThat(client.received())
                .startsWith("HTTP/1.1 501 ")
                .contains("admin.also_on_data_listener");
        assertThat(client.door().asked()).isEmpty();
    }

    @Test
    void management_isAnsweredHere_whereTheDoorIsOpen() {
        client.door().open();
        client.send(
                "POST /key/generate HTTP/1.1\r\nHost: h\r\nx-api-key: sk-master-0123456789\r\n"
                        + "Content-Length: 2\r\n\r\n{}");

        assertThat(client.door().asked()).containsExactly("POST /key/generate true {}");
        assertThat(client.received()).isEmpty();
        client.door().answer(201, "{\"key\":1}");
        client.channel().runPendingTasks();
        assertThat(client.received())
                .startsWith("HTTP/1.1 201 Created\r\n")
                .contains("\r\nx-extra: 1\r\n")
                .endsWith("{\"key\":1}");
        assertThat(client.calls()).hasSize(1);
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void management_endsItsCall_whoseClientHasLeft() {
        client.door().open();
        client.send(get("/key/list", "sk-master-0123456789"));
        client.channel().close();
        client.door().answer(200, "[]");
        client.channel().runPendingTasks();

        assertThat(client.received()).isEmpty();
        assertThat(client.calls()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt, 0, ''",
        "fast, 0, ''",
        "grouped, 0, ''",
        "gtp, 404, model_not_found",
        "claude, 403, model_not_allowed"
    })
    void routing_findsTargets_orSaysWhyNot(String model, int status, String code) {
        client.send(chat("sk-ci-0123456789", model));

        if (status == 0) {
            assertThat(client.provider().received()).contains("\"model\":\"gpt-4o\"");
            client.provider().answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        } else {
            assertThat(client.received())
                    .startsWith("HTTP/1.1 " + status + " ")
                    .contains(code, "\"param\":\"model\"");
            assertThat(client.provider().asked()).isEmpty();
        }
        assertThat(client.calls()).hasSize(1);
    }

    @Test
    void routing_proposesOnlyNamesTheKeyMayUse() {
        client.send(chat("sk-ci-0123456789", "gtp"));
        assertThat(client.received()).contains("did you mean gpt");
        client.send(chat("sk-ci-0123456789", "claud"));
        assertThat(client.received()).contains("does not exist").doesNotContain("claude");
    }

    @Test
    void routing_saysWhichPartIsMissing() {
        client.send(chat("sk-master-0123456789", "keyless"));
        assertThat(client.received())
                .startsWith("HTTP/1.1 503 ")
                .contains("credential_missing", "\r\nretry-after: ");
        client.send(chat("sk-master-0123456789", "broken"));
        assertThat(client.received())
                .startsWith("HTTP/1.1 503 ")
                .contains("no_healthy_target", "provider acme is not supported");
    }

    @Test
    void routing_sendsAStoredResponse_backToItsTarget() {
        client.send(
                post("/v1/responses", "sk-ci-0123456789", "{\"model\":\"gpt\",\"input\":\"x\"}"));
        client.provider().received();
        client.provider()
                .answer(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 17"
                                + "\r\n\r\n{\"id\":\"resp_123\"}");
        assertThat(client.received()).startsWith("HTTP/1.1 200 ");

        client.send(get("/v1/responses/resp_123/input_items?limit=2", "sk-ci-0123456789"));
        assertThat(client.provider().received())
                .startsWith("GET /v1/responses/resp_123/input_items?limit=2 HTTP/1.1\r\n");
        client.provider().answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        client.received();

        client.send(
                post(
                        "/v1/responses",
                        "sk-ci-0123456789",
                        "{\"model\":\"gpt\",\"input\":\"x\",\"previous_response_id\":\"resp_123\"}"));
        assertThat(client.provider().received()).contains("\"previous_response_id\":\"resp_123\"");
        client.provider().answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        client.received();

        client.send(get("/v1/responses/resp_123", "sk-master-0123456789"));
        assertThat(client.received()).startsWith("HTTP/1.1 404 ").contains("response_not_found");
        client.send(get("/v1/responses/resp_999", "sk-ci-0123456789"));
        assertThat(client.received()).startsWith("HTTP/1.1 404 ").contains("response_not_found");
        assertThat(client.calls()).hasSize(5);
    }

    @Test
    void errors_hideWhatTheGatewayDidNotExpect() {
        client.send(post("/v1/chat/completions", "sk-ci-0123456789", "").replace(": 0", ": 100"));
        client.channel().pipeline().fireExceptionCaught(new IllegalStateException("secret"));

        assertThat(client.received())
                .startsWith("HTTP/1.1 500 ")
                .contains("\"code\":\"internal_error\"")
                .doesNotContain("secret");
        assertThat(client.calls()).hasSize(1);
        assertThat(client.calls().getFirst().errorSource()).isEqualTo(ErrorSource.GATEWAY);
    }

    @Test
    void errors_closeQuietly_whenTheSocketFails() {
        client.channel().pipeline().fireExceptionCaught(new IOException("reset"));

        assertThat(client.received()).isEmpty();
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void errors_closeQuietly_whenTheHandshakeFails() {
        client.channel()
                .pipeline()
                .fireExceptionCaught(new DecoderException(new SSLException("no")));

        assertThat(client.received()).isEmpty();
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void draining_closesWhatIsIdle_andTheOthersAfterTheirAnswer() {
        client.channel().pipeline().fireUserEventTriggered(DrainEvent.CLOSE_WHEN_IDLE);
        assertThat(client.isOpen()).isFalse();

        ClientFixture busy = new ClientFixture(settings);
        busy.send(chat("sk-ci-0123456789", "gpt"));
        busy.channel().pipeline().fireUserEventTriggered(DrainEvent.CLOSE_WHEN_IDLE);
        assertThat(busy.isOpen()).isTrue();
        busy.provider().answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        assertThat(busy.received()).contains("\r\nconnection: close\r\n");
        assertThat(busy.isOpen()).isFalse();
        busy.release();
    }

    @Test
    void draining_endsACall_whenItIsToldTo() {
        client.send(chat("sk-ci-0123456789", "gpt"));
        client.channel().pipeline().fireUserEventTriggered(DrainEvent.END_NOW);

        assertThat(client.received())
                .startsWith("HTTP/1.1 503 ")
                .contains("\"code\":\"shutting_down\"", "\r\nretry-after: ");
        assertThat(client.calls()).hasSize(1);
        assertThat(client.calls().getFirst().end()).isEqualTo(new Termination('G', 'F'));
    }

    @Test
    void ids_areTakenOver_orMade() {
        client.send(
                get("/v1/models", "sk-ci-0123456789", "X-Request-Id: mine", "x-correlation-id: c"));
        assertThat(client.received())
                .contains("\r\nx-request-id: mine\r\n", "\r\nx-correlation-id: c\r\n");
        client.send(get("/v1/models", "sk-ci-0123456789", "X-Request-Id: not mine"));
        assertThat(client.received())
                .containsPattern("\r\nx-request-id: (req_[0-9a-f]{32})\r\nrequest-id: \\1\r\n");
        assertThat(client.calls()).extracting(CallRecord::correlationId).first().isEqualTo("c");
    }

    private static String get(String path, String key, String... lines) {
        String more = lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n";
        return "GET %s HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\n%s\r\n"
                .formatted(path, key, more);
    }

    private static String chat(String key, String model) {
        return post(
                "/v1/chat/completions", key, "{\"model\":\"%s\",\"messages\":[]}".formatted(model));
    }

    private static String post(String path, String key, String body) {
        return "POST %s HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(path, key, body.length(), body);
    }
}
