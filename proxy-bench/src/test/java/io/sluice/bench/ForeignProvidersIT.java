package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.PathProvider;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers of every dialect before providers with interfaces of their own. */
class ForeignProvidersIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final PathProvider PROVIDER = new PathProvider();
    private static final String LOCATION = "/v1/projects/p-1/locations/europe-west1/publishers/";
    private static final String MODELS =
            """
              - {model_name: vertex, litellm_params: {model: vertex_ai/gemini-2.5-flash, \
            vertex_location: europe-west1, vertex_credentials: "CREDENTIALS", api_base: "PROVIDER"}}
              - {model_name: claude, litellm_params: {model: "vertex_ai/claude-x@1", \
            vertex_location: europe-west1, vertex_credentials: "CREDENTIALS", api_base: "PROVIDER"}}
              - {model_name: cohere, litellm_params: {model: cohere/command, api_base: "PROVIDER", \
            api_key: sk-co}}
              - {model_name: ollama, litellm_params: {model: ollama_chat/qwen, api_base: "PROVIDER"}}
              - {model_name: watsonx, litellm_params: {model: watsonx/granite, api_base: "PROVIDER", \
            api_key: ibm-key, project_id: p-2}}
              - {model_name: unset, litellm_params: {model: vertex_ai/gemini-2.5-flash, \
            vertex_credentials: "{}"}}
            environment_variables: {WATSONX_IAM_URL: "PROVIDER/iam"}
            """;

    @TempDir static Path folder;
    private static GatewayFixture gateway;
    private static KeyPair keys;

    @BeforeAll
    static void start() throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
        String pem =
                "-----BEGIN PRIVATE KEY-----\\n"
                        + Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded())
                        + "\\n-----END PRIVATE KEY-----\\n";
        Path credentials =
                Files.writeString(
                        folder.resolve("google.json"),
                        "{\"type\":\"service_account\",\"project_id\":\"p-1\",\"private_key_id\":\"k\","
                                + "\"private_key\":\""
                                + pem
                                + "\",\"client_email\":\"sa@p-1\",\"token_uri\":\""
                                + PROVIDER.uri()
                                + "/google\"}");
        PROVIDER.answer(
                "/google",
                200,
                "application/json",
                "{\"access_token\":\"ya29.token\",\"expires_in\":3599}");
        PROVIDER.answer(
                "/iam", 200, "application/json", "{\"access_token\":\"iam\",\"expires_in\":3600}");
        gateway =
                GatewayFixture.start(
                        folder,
                        Options.DEFAULT,
                        MODELS.replace("PROVIDER", PROVIDER.uri())
                                .replace("CREDENTIALS", credentials.toString()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        PROVIDER.close();
    }

    @Test
    void serviceAccountSignsForItself_onceForAllCalls() throws Exception {
        PROVIDER.answer(
                LOCATION + "google/models/gemini-2.5-flash:generateContent",
                200,
                "application/json",
                "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hallo\"}]},"
                        + "\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":4,"
                        + "\"candidatesTokenCount\":2}}");

        HttpResponse<String> answer = gateway.chat("vertex", "hi");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("Hallo");
        assertThat(gateway.chat("vertex", "hi").statusCode()).isEqualTo(200);
        assertThat(last().header("authorization")).isEqualTo("Bearer ya29.token");
        var fetches =
                PROVIDER.asked().stream().filter(one -> one.target().equals("/google")).toList();
        assertThat(fetches).hasSize(1);
        String assertion = fetches.getFirst().body().replaceAll(".*assertion=([^&]*).*", "$1");
        String[] parts = assertion.split("\\.", -1);
        JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
        assertThat(claims.path("iss").asText()).isEqualTo("sa@p-1");
        assertThat(claims.path("aud").asText()).isEqualTo(PROVIDER.uri() + "/google");
        assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(3600);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(keys.getPublic());
        signature.update((parts[0] + '.' + parts[1]).getBytes(StandardCharsets.UTF_8));
        assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
    }

    @Test
    void anthropicsModelsOnVertex_getAnthropicsBodies() {
        String message =
                "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\","
                        + "\"text\":\"Hallo\"}],\"stop_reason\":\"end_turn\",\"usage\":"
                        + "{\"input_tokens\":5,\"output_tokens\":2}}";
        PROVIDER.answer(
                LOCATION + "anthropic/models/claude-x%401:rawPredict",
                200,
                "application/json",
                message);

        HttpResponse<String> answer =
                gateway.send(
                        gateway.post(
                                        "/v1/messages",
                                        "{\"model\":\"claude\",\"max_tokens\":9,\"messages\":"
                                                + "[{\"role\":\"user\",\"content\":\"hi\"}]}")
                                .header("anthropic-beta", "one")
                                .build());

        assertThat(answer.body()).isEqualTo(message);
        assertThat(last().body())
                .isEqualTo(
                        "{\"anthropic_version\":\"vertex-2023-10-16\",\"max_tokens\":9,\"messages\":"
                                + "[{\"role\":\"user\",\"content\":\"hi\"}]}");
        assertThat(last().header("anthropic-beta")).isEqualTo("one");
        assertThat(gateway.chat("claude", "hi").body()).contains("Hallo");
    }

    @Test
    void credentialsThatSayNothing_are503() {
        HttpResponse<String> answer = gateway.chat("unset", "hi");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("credential_missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/messages"})
    void cohereIsTranslated_andWhatIsBilledIsBooked(String path) throws IOException {
        PROVIDER.answer(
                "/v2/chat",
                200,
                "text/event-stream",
                """
                event: message-start
                data: {"id":"1","type":"message-start","delta":{"message":{"role":"assistant"}}}

                event: content-delta
                data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"Hallo"}}}}

                event: message-end
                data: {"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":3,"output_tokens":2},"tokens":{"input_tokens":70,"output_tokens":9}}}}

                """);

        HttpResponse<String> answer =
                gateway.send(
                        gateway.post(
                                        path,
                                        "{\"model\":\"cohere\",\"max_tokens\":9,\"stream\":true,"
                                                + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
                                .build());

        assertThat(answer.body()).contains("\"Hallo\"");
        assertThat(last().header("authorization")).isEqualTo("Bearer sk-co");
        assertThat(logged(answer).path("input_tokens").asLong()).isEqualTo(3);
        assertThat(logged(answer).path("output_tokens").asLong()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"/v1/rerank, /v2/rerank", "/v2/rerank, /v2/rerank"})
    void rerankIsRelayed(String path, String asked) {
        String ranked = "{\"results\":[{\"index\":0,\"relevance_score\":0.9}]}";
        PROVIDER.answer("/v2/rerank", 200, "application/json", ranked);

        HttpResponse<String> answer =
                gateway.send(
                        gateway.post(
                                        path,
                                        "{\"model\":\"cohere\",\"query\":\"q\",\"documents\":[\"d\"]}")
                                .build());

        assertThat(answer.body()).isEqualTo(ranked);
        assertThat(last().target()).isEqualTo(asked);
        assertThat(last().body())
                .isEqualTo("{\"model\":\"command\",\"query\":\"q\",\"documents\":[\"d\"]}");
    }

    @Test
    void ollamasLinesAreTranslated() throws IOException {
        PROVIDER.answer(
                "/api/chat",
                200,
                "application/x-ndjson",
                """
                {"model":"qwen","message":{"role":"assistant","content":"Hal"},"done":false}
                {"model":"qwen","message":{"role":"assistant","content":"lo"},"done":false}
                {"model":"qwen","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":6,"eval_count":2}
                """);

        HttpResponse<String> answer =
                gateway.send(
                        gateway.post(
                                        "/v1/chat/completions",
                                        GatewayFixture.chatBody("ollama", "hi", true))
                                .build());

        assertThat(answer.headers().firstValue("content-type").orElseThrow())
                .startsWith("text/event-stream");
        assertThat(answer.body()).contains("\"Hal\"").contains("\"lo\"").endsWith("[DONE]\n\n");
        assertThat(logged(answer).path("input_tokens").asLong()).isEqualTo(6);
    }

    @Test
    void watsonxGetsATokenForItsKey_andItsProject() {
        PROVIDER.answer(
                "/ml/v1/text/chat",
                200,
                "application/json",
                "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hallo\"},"
                        + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":4,"
                        + "\"completion_tokens\":2,\"total_tokens\":6}}");

        HttpResponse<String> answer = gateway.chat("watsonx", "hi");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(last().target()).isEqualTo("/ml/v1/text/chat?version=2024-03-13");
        assertThat(last().header("authorization")).isEqualTo("Bearer iam");
        assertThat(last().body()).startsWith("{\"project_id\":\"p-2\",\"model_id\":\"granite\",");
        assertThat(
                        PROVIDER.asked().stream()
                                .filter(one -> one.target().equals("/iam"))
                                .map(PathProvider.Asked::body))
                .containsExactly(
                        "grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey=ibm-key");
    }

    private static PathProvider.Asked last() {
        return PROVIDER.asked().getLast();
    }

    private static JsonNode logged(HttpResponse<String> answer) throws IOException {
        return gateway.accessLine(
                answer.headers()
                        .firstValue("x-request-id")
                        .or(() -> answer.headers().firstValue("request-id"))
                        .orElseThrow());
    }
}
