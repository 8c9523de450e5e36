package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers of OpenAI's dialects before providers that speak another, or only its chat. */
class TranslatedCallsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MODELS =
            """
              - {model_name: chat-only, litellm_params: {model: cerebras/llama3.1-8b, \
            api_base: "BASE", api_key: sk-up}}
              - {model_name: claude, litellm_params: {model: anthropic/claude-sonnet-4-5, \
            api_base: "{provider}", api_key: sk-up}}
              - {model_name: gem, litellm_params: {model: gemini/gemini-2.5-flash, \
            api_base: "{provider}/v1beta", api_key: sk-up}}
              - {model_name: lenient, litellm_params: {model: anthropic/claude-sonnet-4-5, \
            api_base: "{provider}", api_key: sk-up, drop_params: true, \
            additional_drop_params: [temperature]}}
              - {model_name: mixed, litellm_params: {model: anthropic/claude-sonnet-4-5, \
            api_base: "{provider}", api_key: sk-up, weight: 1000000}}
              - {model_name: mixed, litellm_params: {model: openai/gpt-x, api_base: "BASE", \
            api_key: sk-up, weight: 0}}
              - {model_name: hopeless, litellm_params: {model: anthropic/claude-sonnet-4-5, \
            api_base: "{provider}", api_key: sk-up}}
              - {model_name: hopeless, litellm_params: {model: anthropic/claude-haiku-4-5, \
            api_base: "{provider}", api_key: sk-up, additional_drop_params: [user]}}
              - {model_name: plain, litellm_params: {model: openai/gpt-x, api_base: "BASE", \
            api_key: sk-up, additional_drop_params: [logit_bias, user, model]}}
              - {model_name: responses-only, litellm_params: {model: openai/responses/gpt-x, \
            api_base: "BASE", api_key: sk-up}}
              - {model_name: responses-mode, litellm_params: {model: openai/gpt-x, \
            api_base: "BASE", api_key: sk-up}, model_info: {mode: responses}}
              - {model_name: tags, litellm_params: {model: openai/gpt-x, api_base: "BASE", \
            api_key: sk-up, think_tags: true}}
            """;

    @TempDir static Path folder;
    private static GatewayFixture fixture;

    @BeforeAll
    static void start() throws IOException {
        fixture = GatewayFixture.start(folder, Options.DEFAULT, MODELS);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat-only", "claude", "gem"})
    void responseIsTranslated(String model) throws IOException {
        HttpResponse<String> answer = respond(model, false);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode response = JSON.readTree(answer.body());
        assertThat(response.path("object").asText()).isEqualTo("response");
        assertThat(response.path("status").asText()).isEqualTo("completed");
        assertThat(response.path("instructions").asText()).isEqualTo("be brief");
        assertThat(response.at("/output/0/content/0/text").asText()).isNotBlank();
        long output = response.at("/usage/output_tokens").asLong();
        assertThat(output).isPositive();
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        assertThat(fixture.accessLine(id).path("output_tokens").asLong()).isEqualTo(output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat-only", "claude", "gem"})
    void responseStreamIsTranslated_withItsWholeSequence(String model) throws IOException {
        HttpResponse<String> answer = respond(model, true);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<String> events =
                answer.body()
                        .lines()
                        .filter(line -> line.startsWith("event: "))
                        .map(line -> line.substring("event: ".length()))
                        .distinct()
                        .toList();
        assertThat(events)
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        String last = answer.body().strip();
        JsonNode completed =
                JSON.readTree(last.substring(last.lastIndexOf("data: ") + "data: ".length()));
        assertThat(completed.at("/response/usage/output_tokens").asLong()).isPositive();
        assertThat(completed.at("/response/output/0/content/0/text").asText()).isNotBlank();
    }

    @Test
    void fieldWithoutAPlaceIsRefused_andNamed() {
        HttpResponse<String> answer = fixture.send(withBias("claude"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("logit_bias").contains("drop_params");
    }

    @Test
    void fieldWithoutAPlaceIsLeftOut_namedAndCounted_whereTheOperatorSaysSo() {
        double before = fixture.metric("sluice_dropped_params_total");

        HttpResponse<String> answer = fixture.send(withBias("lenient"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-sluice-dropped-params").orElseThrow())
                .contains("logit_bias")
                .contains("temperature");
        assertThat(fixture.metric("sluice_dropped_params_total")).isEqualTo(before + 2);
    }

    @Test
    void callThatOneTargetCannotCarry_goesToTheNext() {
        HttpResponse<String> answer = fixture.send(withBias("mixed"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-sluice-target").orElseThrow())
                .startsWith("openai/gpt-x");
        assertThat(answer.headers().firstValue("x-sluice-attempts")).hasValue("1");
    }

    @Test
    void callThatNoTargetCanCarry_isRefusedWithTheField() throws IOException {
        long before = fixture.provider().books().totals().calls();

        HttpResponse<String> answer = fixture.send(withBias("hopeless"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        JsonNode error = JSON.readTree(answer.body()).path("error");
        assertThat(error.path("param").asText()).isEqualTo("logit_bias");
        assertThat(error.path("code").asText()).isEqualTo("invalid_parameter");
        assertThat(fixture.provider().books().totals().calls()).isEqualTo(before);
    }

    @Test
    void fieldIsCutOut_ofACallThatIsNotTranslated() {
        HttpResponse<String> answer = fixture.send(withBias("plain"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-sluice-dropped-params")).hasValue("logit_bias");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void textIsThatOfTheProvider_whereThoughtTagsAreLookedFor(boolean stream) {
        String prompt = "[[word=thought chunks=3]]";
        HttpResponse<String> answer =
                fixture.send(
                        fixture.post(
                                        "/v1/chat/completions",
                                        GatewayFixture.chatBody("tags", prompt, stream))
                                .build());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(said(answer.body(), stream)).contains("thought");
        assertThat(answer.body().contains("[DONE]")).isEqualTo(stream);
    }

    @ParameterizedTest
    @CsvSource({
        "responses-only, false",
        "responses-only, true",
        "responses-mode, false",
        "responses-mode, true"
    })
    void chatIsTranslated_toAModelThatIsServedAsResponsesAlone(String model, boolean stream)
            throws IOException {
        HttpResponse<String> answer =
                fixture.send(
                        fixture.post(
                                        "/v1/chat/completions",
                                        GatewayFixture.chatBody(model, "hi", stream))
                                .build());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(said(answer.body(), stream)).isNotBlank();
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        assertThat(fixture.accessLine(id).path("output_tokens").asLong()).isPositive();
        HttpResponse<String> relayed = respond(model, false);
        assertThat(relayed.statusCode()).as(relayed.body()).isEqualTo(200);
    }

    @Test
    void messagesAndContentAreTranslated_toResponses() throws IOException {
        HttpResponse<String> message =
                fixture.send(
                        fixture.post(
                                        "/v1/messages",
                                        """
                                        {"model":"responses-only","max_tokens":50,"messages":
                                         [{"role":"user","content":"hi"}]}
                                        """)
                                .build());
        HttpResponse<String> content =
                fixture.send(
                        fixture.post(
                                        "/v1beta/models/responses-only:generateContent",
                                        """
                                        {"contents":[{"role":"user","parts":[{"text":"hi"}]}]}
                                        """)
                                .build());

        assertThat(JSON.readTree(message.body()).at("/content/0/text").asText()).isNotBlank();
        assertThat(JSON.readTree(content.body()).at("/candidates/0/content/parts/0/text").asText())
                .isNotBlank();
    }

    private static String said(String body, boolean stream) {
        StringBuilder text = new StringBuilder();
        body.lines()
                .map(line -> line.startsWith("data: ") ? line.substring(6) : line)
                .filter(line -> line.startsWith("{"))
                .forEach(line -> text.append(textOf(line, stream)));
        return text.toString();
    }

    private static String textOf(String json, boolean stream) {
        try {
            String at = stream ? "/choices/0/delta/content" : "/choices/0/message/content";
            return JSON.readTree(json).at(at).asText();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static HttpResponse<String> respond(String model, boolean stream) {
        return fixture.send(
                fixture.post(
                                "/v1/responses",
                                """
                                {"model":"%s","input":"hi","instructions":"be brief","stream":%s}
                                """
                                        .formatted(model, stream))
                        .build());
    }

    private static HttpRequest withBias(String model) {
        return fixture.post(
                        "/v1/chat/completions",
                        """
                        {"model":"%s","messages":[{"role":"user","content":"hi"}],
                         "logit_bias":{"50256":-100},"temperature":0.5}
                        """
                                .formatted(model))
                .build();
    }
}
