package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.upstream.Options;
import io.sluice.bench.upstream.ReceivedRequest;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers of Anthropic's and Gemini's dialects before a provider that speaks theirs. */
class DialectsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MODELS =
            """
              - {model_name: claude, litellm_params: {model: anthropic/claude-sonnet-4-5, \
            api_base: "{provider}", api_key: sk-up}}
              - {model_name: console, litellm_params: {model: anthropic/claude-sonnet-4-5, \
            api_base: "{provider}/v1", api_key: sk-ant-oat01-x}}
              - {model_name: gem, litellm_params: {model: gemini/gemini-2.5-flash, \
            api_base: "{provider}/v1beta", api_key: sk-up}}
              - {model_name: window, litellm_params: {model: anthropic/claude-sonnet-4-5, \
            api_base: "{provider}", api_key: sk-ant-oat01-w, max_retries: 0}}
            keys:
              - {alias: tester, key: sk-tester-0123456789abcdef}
              - {alias: narrow, key: sk-narrow-0123456789abcdef, models: [m]}
              - {alias: slow, key: sk-slow-0123456789abcdef, limits: {requests_per_minute: 1}}
              - {alias: poor, key: sk-poor-0123456789abcdef, \
            budget: {amount: 0.01 USD, window: day, mode: hard}}
            """;

    @TempDir static Path folder;
    private static GatewayFixture fixture;

    @BeforeAll
    static void start() throws IOException {
        Options plain = Options.DEFAULT;
        Options keeping =
                new Options(
                        plain.host(),
                        plain.port(),
                        plain.loops(),
                        plain.seed(),
                        plain.knobs(),
                        plain.models(),
                        null,
                        null,
                        null,
                        null,
                        64);
        fixture = GatewayFixture.start(folder, keeping, MODELS);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void messageIsRelayed_andOnlyItsModelIsChanged() throws IOException {
        String body =
                "{ \"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":64,"
                        + " \"model\" : \"claude\", \"odd\":{\"b\":1,\"a\":[ ]}}";

        HttpResponse<String> answer =
                send("/v1/messages?beta=true", body, "x-api-key", GatewayFixture.KEY);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(JSON.readTree(answer.body()).path("type").asText()).isEqualTo("message");
        ReceivedRequest received = fixture.provider().received().getLast();
        assertThat(received.uri()).isEqualTo("/v1/messages?beta=true");
        assertThat(received.bodyText())
                .isEqualTo(body.replace("\"claude\"", "\"claude-sonnet-4-5\""));
        assertThat(received.header("x-api-key")).isEqualTo("sk-up");
        assertThat(received.header("authorization")).isNull();
        assertThat(received.header("anthropic-version")).isEqualTo("2023-06-01");
        JsonNode usage = JSON.readTree(answer.body()).path("usage");
        JsonNode line = fixture.accessLine(id(answer));
        assertThat(line.path("endpoint").asText()).isEqualTo("messages");
        assertThat(line.path("input_tokens").asLong())
                .isEqualTo(usage.path("input_tokens").asLong());
        assertThat(line.path("output_tokens").asLong())
                .isEqualTo(usage.path("output_tokens").asLong());
        assertThat(line.path("cost_picos").asLong()).isPositive();
        assertThat(answer.headers().firstValue("x-sluice-cost")).isPresent();
        assertThat(answer.headers().firstValue("request-id")).hasValue(id(answer));
    }

    @Test
    void versionAndBetaArePassedOn_andConsoleTokensAreShownAsBearer() {
        String body = message("console", "hi", false);

        HttpResponse<String> answer =
                send(
                        "/v1/messages",
                        body,
                        "authorization",
                        "Bearer " + GatewayFixture.KEY,
                        "anthropic-version",
                        "2099-01-01",
                        "anthropic-beta",
                        "a-1,b-2");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        ReceivedRequest received = fixture.provider().received().getLast();
        assertThat(received.header("authorization")).isEqualTo("Bearer sk-ant-oat01-x");
        assertThat(received.header("x-api-key")).isNull();
        assertThat(received.header("anthropic-version")).isEqualTo("2099-01-01");
        assertThat(received.header("anthropic-beta")).isEqualTo("a-1,b-2,oauth-2025-04-20");
    }

    @Test
    void accountWhoseWindowIsNearlyUsedUpIsLeftAlone() {
        long reset = System.currentTimeMillis() / 1000 + 600;
        String prompt =
                "[[headers=anthropic-ratelimit-unified-5h-utilization:0.81|"
                        + "anthropic-ratelimit-unified-5h-reset:"
                        + reset
                        + "]]";
        String[] key = {"x-api-key", GatewayFixture.KEY};

        HttpResponse<String> first = send("/v1/messages", message("window", prompt, false), key);
        HttpResponse<String> second = send("/v1/messages", message("window", "hi", false), key);

        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(Long.parseLong(second.headers().firstValue("retry-after").orElseThrow()))
                .isBetween(1L, 600L);
        assertThat(second.body()).contains("\"type\":\"rate_limit_error\"");
    }

    @Test
    void messageStreamIsRelayed_andMetered() {
        HttpResponse<String> answer =
                send(
                        "/v1/messages",
                        message("claude", "[[chunks=5 input=40 cached=30]]", true),
                        "x-api-key",
                        GatewayFixture.KEY);

        assertThat(answer.body())
                .startsWith("event: message_start\n")
                .endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
        JsonNode line = fixture.accessLine(id(answer));
        assertThat(line.path("input_tokens").asLong()).isEqualTo(40);
        assertThat(line.path("cached_tokens").asLong()).isEqualTo(30);
        assertThat(line.path("output_tokens").asLong()).isEqualTo(5);
        assertThat(line.path("stream").asBoolean()).isTrue();
    }

    @Test
    void usageThatIsMissingIsEstimated() {
        HttpResponse<String> answer =
                send(
                        "/v1/messages",
                        message("claude", "[[chunks=9 usage=absent]] some words", true),
                        "x-api-key",
                        GatewayFixture.KEY);

        JsonNode line = fixture.accessLine(id(answer));
        assertThat(line.path("input_tokens").asLong()).isPositive();
        assertThat(line.path("output_tokens").asLong()).isPositive();
    }

    @Test
    void cutMessageStreamEndsWithErrorEvent() {
        HttpResponse<String> answer =
                send(
                        "/v1/messages",
                        message("claude", "[[chunks=20 cut=5]]", true),
                        "x-api-key",
                        GatewayFixture.KEY);

        assertThat(answer.body())
                .contains(
                        "\n\nevent: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"")
                .contains("\"error_code\":\"upstream_closed\"")
                .endsWith("\"request_id\":\"" + id(answer) + "\"}\n\n");
    }

    @Test
    void tokensOfMessageAreCounted_forNothing() {
        HttpResponse<String> answer =
                send(
                        "/v1/messages/count_tokens",
                        message("claude", "hello there", false),
                        "x-api-key",
                        GatewayFixture.KEY);

        assertThat(answer.body()).startsWith("{\"input_tokens\":");
        JsonNode line = fixture.accessLine(id(answer));
        assertThat(line.path("cost_picos").asLong()).isZero();
        assertThat(line.path("output_tokens").asLong(0)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "sk-wrong-key-0123456789abc, claude, 401, authentication_error, invalid_api_key",
        "sk-narrow-0123456789abcdef, claude, 403, permission_error, model_not_allowed",
        "sk-tester-0123456789abcdef, nobody, 404, not_found_error, model_not_found"
    })
    void errorsAreInAnthropicsShape(String key, String model, int status, String type, String code)
            throws IOException {
        HttpResponse<String> answer =
                send("/v1/messages", message(model, "hi", false), "x-api-key", key);

        assertThat(answer.statusCode()).isEqualTo(status);
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body.path("type").asText()).isEqualTo("error");
        assertThat(body.path("error").path("type").asText()).isEqualTo(type);
        assertThat(body.path("error").path("details").path("error_code").asText()).isEqualTo(code);
        assertThat(body.path("request_id").asText()).isEqualTo(id(answer));
    }

    @Test
    void tokensAreNotCounted_whereTheProviderSpeaksAnotherDialect() {
        HttpResponse<String> answer =
                send(
                        "/v1/messages/count_tokens",
                        message("m", "hi", false),
                        "x-api-key",
                        GatewayFixture.KEY);

        assertThat(answer.statusCode()).isEqualTo(501);
        assertThat(answer.body()).contains("\"error_code\":\"not_supported\"");
    }

    @Test
    void limitsAreToldInAnthropicsFields() {
        String[] key = {"x-api-key", "sk-slow-0123456789abcdef"};

        HttpResponse<String> first = send("/v1/messages", message("claude", "hi", false), key);
        HttpResponse<String> second = send("/v1/messages", message("claude", "hi", false), key);

        assertThat(first.headers().firstValue("anthropic-ratelimit-requests-limit")).hasValue("1");
        assertThat(first.headers().firstValue("anthropic-ratelimit-requests-reset").orElseThrow())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(first.headers().firstValue("x-ratelimit-limit-requests")).isEmpty();
        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(second.body()).contains("\"type\":\"rate_limit_error\"");
    }

    @Test
    void hardBudgetRefusesWhatItCannotPay() {
        String dear = message("claude", "hi", false).replace("64", "1000000");

        HttpResponse<String> answer =
                send("/v1/messages", dear, "x-api-key", "sk-poor-0123456789abcdef");

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.body()).contains("\"error_code\":\"enforced_spend_limit_reached\"");
    }

    @Test
    void errorOfProviderPassesThrough() {
        HttpResponse<String> answer =
                send(
                        "/v1/messages",
                        message("claude", "[[status=400]]", false),
                        "x-api-key",
                        GatewayFixture.KEY);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
                                + "\"message\":\"Simulated failure.\"}}");
    }

    @Test
    void modelsAreListedInEachShape() throws IOException {
        JsonNode openAi = JSON.readTree(get("/v1/models").body());
        JsonNode anthropic =
                JSON.readTree(get("/v1/models?limit=2", "anthropic-version", "2023-06-01").body());
        JsonNode gemini = JSON.readTree(get("/v1beta/models?pageSize=1").body());

        assertThat(openAi.path("object").asText()).isEqualTo("list");
        assertThat(anthropic.path("data")).hasSize(2);
        assertThat(anthropic.path("data").get(0).path("type").asText()).isEqualTo("model");
        assertThat(anthropic.path("has_more").asBoolean()).isTrue();
        assertThat(gemini.path("models")).hasSize(1);
        assertThat(gemini.path("models").get(0).path("name").asText()).startsWith("models/");
        assertThat(gemini.path("nextPageToken").asText()).isEqualTo("1");
        assertThat(get("/v1beta/models/gem").body()).contains("\"name\":\"models/gem\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1beta/models/gem:generateContent",
                "/v1/models/gem:generateContent",
                "/models/gem:generateContent",
                "/gemini/v1beta/models/gem:generateContent",
                "/v1beta1/projects/p/locations/l/publishers/google/models/gem:generateContent"
            })
    void contentIsRelayed_andItsModelGoesIntoThePath(String path) throws IOException {
        String body = "{ \"contents\":[{\"parts\":[{\"text\":\"hi\"}]}], \"x\":{ } }";

        HttpResponse<String> answer = send(path, body, "x-goog-api-key", GatewayFixture.KEY);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        ReceivedRequest received = fixture.provider().received().getLast();
        assertThat(received.uri()).isEqualTo("/v1beta/models/gemini-2.5-flash:generateContent");
        assertThat(received.bodyText()).isEqualTo(body);
        assertThat(received.header("x-goog-api-key")).isEqualTo("sk-up");
        JsonNode usage = JSON.readTree(answer.body()).path("usageMetadata");
        JsonNode line = fixture.accessLine(id(answer));
        assertThat(line.path("input_tokens").asLong())
                .isEqualTo(usage.path("promptTokenCount").asLong());
        assertThat(line.path("output_tokens").asLong())
                .isEqualTo(usage.path("candidatesTokenCount").asLong());
    }

    @ParameterizedTest
    @ValueSource(strings = {"?alt=sse", ""})
    void contentStreamIsRelayed_inBothForms(String query) {
        HttpResponse<String> answer =
                send(
                        "/v1beta/models/gem:streamGenerateContent" + query,
                        content("[[chunks=4 think=3 input=20]]"),
                        "x-goog-api-key",
                        GatewayFixture.KEY);

        boolean isArray = query.isEmpty();
        assertThat(answer.body()).startsWith(isArray ? "[{" : "data: {");
        assertThat(answer.headers().firstValue("content-type").orElseThrow())
                .startsWith(isArray ? "application/json" : "text/event-stream");
        assertThat(fixture.provider().received().getLast().uri())
                .isEqualTo("/v1beta/models/gemini-2.5-flash:streamGenerateContent" + query);
        JsonNode line = fixture.accessLine(id(answer));
        assertThat(line.path("input_tokens").asLong()).isEqualTo(20);
        assertThat(line.path("output_tokens").asLong()).isEqualTo(7);
    }

    @Test
    void keyInTheQueryOpens_andGoesNowhereElse() throws IOException {
        HttpResponse<String> answer =
                fixture.send(
                        HttpRequest.newBuilder(
                                        fixture.uri(
                                                "/v1beta/models/gem:generateContent?a=b&key="
                                                        + GatewayFixture.KEY))
                                .header("content-type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(content("hi")))
                                .build());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        fixture.accessLine(id(answer));
        ReceivedRequest received = fixture.provider().received().getLast();
        assertThat(received.uri()).endsWith(":generateContent?a=b");
        assertThat(received.toString()).doesNotContain(GatewayFixture.KEY);
        assertThat(Files.readString(folder.resolve("access.log")))
                .doesNotContain(GatewayFixture.KEY);
    }

    @Test
    void contentsAreEmbedded_andCounted() {
        String inner = "{\"model\":\"models/gem\",\"content\":{\"parts\":[{\"text\":\"a\"}]}}";

        HttpResponse<String> one = content("embedContent", inner);
        String body = fixture.provider().received().getLast().bodyText();
        HttpResponse<String> many = content("batchEmbedContents", "{\"requests\":[" + inner + "]}");
        String bodies = fixture.provider().received().getLast().bodyText();
        HttpResponse<String> counted = content("countTokens", content("hello"));

        assertThat(one.body()).startsWith("{\"embedding\":{\"values\":[");
        assertThat(many.body()).startsWith("{\"embeddings\":[{\"values\":[");
        assertThat(body).isEqualTo(inner.replace("models/gem", "models/gemini-2.5-flash"));
        assertThat(bodies).contains("\"model\":\"models/gemini-2.5-flash\"");
        assertThat(counted.body()).startsWith("{\"totalTokens\":");
    }

    @Test
    void errorsAreInGooglesShape() throws IOException {
        HttpResponse<String> answer =
                send(
                        "/v1beta/models/nobody:generateContent",
                        content("hi"),
                        "x-goog-api-key",
                        GatewayFixture.KEY);

        JsonNode error = JSON.readTree(answer.body()).path("error");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(error.path("code").asInt()).isEqualTo(404);
        assertThat(error.path("status").asText()).isEqualTo("NOT_FOUND");
        assertThat(error.path("details").get(0).path("reason").asText())
                .isEqualTo("model_not_found");
    }

    @Test
    void chatIsServedUnderGeminisOpenAiPath() {
        HttpResponse<String> answer =
                send(
                        "/v1beta/openai/chat/completions",
                        GatewayFixture.chatBody("gem", "hi", false),
                        "authorization",
                        "Bearer " + GatewayFixture.KEY);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"object\":\"chat.completion\"");
    }

    @Test
    void chatIsTranslated_forProviderOfMessages() throws IOException {
        HttpResponse<String> answer =
                fixture.chat("claude", "[[chunks=6 input=30 cached=10]] how are you");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body.path("object").asText()).isEqualTo("chat.completion");
        assertThat(body.at("/choices/0/message/content").asText()).isNotEmpty();
        assertThat(body.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(body.at("/usage/prompt_tokens").asLong()).isEqualTo(30);
        ReceivedRequest received = fixture.provider().received().getLast();
        assertThat(received.uri()).isEqualTo("/v1/messages");
        assertThat(received.header("anthropic-version")).isEqualTo("2023-06-01");
        assertThat(JSON.readTree(received.bodyText()).path("max_tokens").asLong()).isPositive();
        JsonNode line = fixture.accessLine(id(answer));
        assertThat(line.path("endpoint").asText()).isEqualTo("chat_completions");
        assertThat(line.path("input_tokens").asLong()).isEqualTo(30);
        assertThat(line.path("cached_tokens").asLong()).isEqualTo(10);
        assertThat(line.path("output_tokens").asLong()).isEqualTo(6);
        assertThat(answer.headers().firstValue("x-sluice-cost")).isPresent();
    }

    @Test
    void chatStreamIsTranslated_forProviderOfMessages() {
        HttpResponse<String> answer =
                fixture.send(
                        fixture.post(
                                        "/v1/chat/completions",
                                        GatewayFixture.chatBody(
                                                "claude", "[[chunks=6 input=30]]", true))
                                .build());

        assertThat(answer.headers().firstValue("content-type").orElseThrow())
                .startsWith("text/event-stream");
        assertThat(answer.body())
                .startsWith("data: {")
                .contains("chat.completion.chunk", "\"finish_reason\":\"stop\"")
                .endsWith("data: [DONE]\n\n");
        JsonNode line = fixture.accessLine(id(answer));
        assertThat(line.path("input_tokens").asLong()).isEqualTo(30);
        assertThat(line.path("output_tokens").asLong()).isEqualTo(6);
        assertThat(line.path("end").asText()).isEqualTo("--");
    }

    @Test
    void messageIsTranslated_forProviderOfChat() throws IOException {
        HttpResponse<String> answer =
                send(
                        "/v1/messages?beta=true",
                        message("m", "[[chunks=6 input=30 cached=10]] how are you", false),
                        "x-api-key",
                        GatewayFixture.KEY,
                        "anthropic-beta",
                        "a-1");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body.path("type").asText()).isEqualTo("message");
        assertThat(body.at("/content/0/text").asText()).isNotEmpty();
        assertThat(body.path("stop_reason").asText()).isEqualTo("end_turn");
        assertThat(body.at("/usage/input_tokens").asLong()).isEqualTo(20);
        assertThat(body.at("/usage/cache_read_input_tokens").asLong()).isEqualTo(10);
        ReceivedRequest received = fixture.provider().received().getLast();
        assertThat(received.uri()).isEqualTo("/v1/chat/completions");
        assertThat(received.header("anthropic-beta")).isNull();
        JsonNode line = fixture.accessLine(id(answer));
        assertThat(line.path("endpoint").asText()).isEqualTo("messages");
        assertThat(line.path("input_tokens").asLong()).isEqualTo(30);
    }

    @Test
    void messageStreamIsTranslated_forProviderOfChat() {
        HttpResponse<String> answer =
                send(
                        "/v1/messages",
                        message("m", "[[chunks=6 input=30]]", true),
                        "x-api-key",
                        GatewayFixture.KEY);

        assertThat(answer.body())
                .startsWith("event: message_start\n")
                .contains("\"stop_reason\":\"end_turn\"")
                .contains("event: message_stop\n");
        JsonNode line = fixture.accessLine(id(answer));
        assertThat(line.path("input_tokens").asLong()).isEqualTo(30);
        assertThat(line.path("output_tokens").asLong()).isEqualTo(6);
        assertThat(line.path("end").asText()).isEqualTo("--");
    }

    @Test
    void toolCallsAreTranslated_bothWays() throws IOException {
        String tools =
                ",\"tools\":[{\"name\":\"look\",\"input_schema\":{\"type\":\"object\","
                        + "\"properties\":{\"city\":{\"type\":\"string\"}}}}]}";
        String message = message("m", "[[tool=look]]", false).replaceFirst("}$", "") + tools;
        HttpResponse<String> toChat =
                send("/v1/messages", message, "x-api-key", GatewayFixture.KEY);
        String chat =
                GatewayFixture.chatBody("claude", "[[tool=look]]", true).replaceFirst("}$", "")
                        + ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look\","
                        + "\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":"
                        + "{\"type\":\"string\"}}}}}]}";
        HttpResponse<String> toMessages =
                fixture.send(fixture.post("/v1/chat/completions", chat).build());

        JsonNode use = JSON.readTree(toChat.body()).path("content").path(0);
        assertThat(use.path("type").asText()).as(toChat.body()).isEqualTo("tool_use");
        assertThat(use.path("name").asText()).isEqualTo("look");
        assertThat(use.path("input").path("city").asText()).isNotEmpty();
        assertThat(toMessages.body())
                .contains("\"tool_calls\":[{\"index\":0", "\"name\":\"look\"")
                .contains("\"finish_reason\":\"tool_calls\"");
    }

    @ParameterizedTest
    @CsvSource({"m, /v1/chat/completions", "claude, /v1/messages"})
    void contentIsTranslated(String model, String path) throws IOException {
        HttpResponse<String> answer =
                send(
                        "/v1beta/models/" + model + ":generateContent",
                        content("[[chunks=6 input=30]]"),
                        "x-goog-api-key",
                        GatewayFixture.KEY);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body.at("/candidates/0/content/parts/0/text").asText()).isNotEmpty();
        assertThat(body.at("/candidates/0/finishReason").asText()).isEqualTo("STOP");
        assertThat(body.at("/usageMetadata/promptTokenCount").asLong()).isEqualTo(30);
        assertThat(fixture.provider().received().getLast().uri()).isEqualTo(path);
        JsonNode line = fixture.accessLine(id(answer));
        assertThat(line.path("input_tokens").asLong()).isEqualTo(30);
        assertThat(line.path("output_tokens").asLong()).isEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource({"m, ?alt=sse", "m, ''", "claude, ?alt=sse", "claude, ''"})
    void contentStreamIsTranslated_inBothForms(String model, String query) throws IOException {
        HttpResponse<String> answer =
                send(
                        "/v1beta/models/" + model + ":streamGenerateContent" + query,
                        content("[[chunks=6 input=30]]"),
                        "x-goog-api-key",
                        GatewayFixture.KEY);

        boolean isArray = query.isEmpty();
        assertThat(answer.headers().firstValue("content-type").orElseThrow())
                .startsWith(isArray ? "application/json" : "text/event-stream");
        if (isArray) {
            assertThat(JSON.readTree(answer.body()).isArray()).as(answer.body()).isTrue();
        } else {
            assertThat(answer.body()).startsWith("data: {");
        }
        assertThat(answer.body()).contains("\"finishReason\":\"STOP\"");
        JsonNode line = fixture.accessLine(id(answer));
        assertThat(line.path("input_tokens").asLong()).isEqualTo(30);
        assertThat(line.path("output_tokens").asLong()).isEqualTo(6);
        assertThat(line.path("end").asText()).isEqualTo("--");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void messageIsTranslated_forProviderOfContents(boolean stream) {
        HttpResponse<String> answer =
                send(
                        "/v1/messages",
                        message("gem", "[[chunks=6 input=30]]", stream),
                        "x-api-key",
                        GatewayFixture.KEY);

        assertThat(answer.body())
                .as(answer.body())
                .contains("\"type\":\"message\"", "\"stop_reason\":\"end_turn\"");
        assertThat(fixture.provider().received().getLast().uri())
                .isEqualTo(
                        "/v1beta/models/gemini-2.5-flash:"
                                + (stream ? "streamGenerateContent?alt=sse" : "generateContent"));
        JsonNode line = fixture.accessLine(id(answer));
        assertThat(line.path("input_tokens").asLong()).isEqualTo(30);
        assertThat(line.path("output_tokens").asLong()).isEqualTo(6);
    }

    @Test
    void errorOfProviderIsTranslated() throws IOException {
        HttpResponse<String> answer =
                send(
                        "/v1/messages",
                        message("m", "[[status=400]]", false),
                        "x-api-key",
                        GatewayFixture.KEY);

        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body.path("type").asText()).isEqualTo("error");
        assertThat(body.at("/error/message").asText()).isEqualTo("Simulated failure.");
        assertThat(answer.headers().firstValue("x-sluice-error-source")).hasValue("upstream");
    }

    @Test
    void cutStreamOfProviderEndsWithCallersErrorEvent() {
        HttpResponse<String> answer =
                send(
                        "/v1/messages",
                        message("m", "[[chunks=20 cut=5]]", true),
                        "x-api-key",
                        GatewayFixture.KEY);

        assertThat(answer.body())
                .contains("\n\nevent: error\ndata: {\"type\":\"error\"")
                .contains("\"error_code\":\"upstream_closed\"");
    }

    private static HttpResponse<String> content(String verb, String body) {
        return send("/v1beta/models/gem:" + verb, body, "x-goog-api-key", GatewayFixture.KEY);
    }

    private static String content(String prompt) {
        return "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"" + prompt + "\"}]}]}";
    }

    private static String message(String model, String prompt, boolean stream) {
        return "{\"model\":\"%s\",\"max_tokens\":64,\"stream\":%b,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                .formatted(model, stream, prompt);
    }

    private static HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(fixture.uri(path))
                        .header("authorization", "Bearer " + GatewayFixture.KEY);
        return fixture.send((headers.length == 0 ? request : request.headers(headers)).build());
    }

    private static HttpResponse<String> send(String path, String body, String... headers) {
        return fixture.send(
                HttpRequest.newBuilder(fixture.uri(path))
                        .header("content-type", "application/json")
                        .headers(headers)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    private static String id(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-request-id").orElseThrow();
    }
}
