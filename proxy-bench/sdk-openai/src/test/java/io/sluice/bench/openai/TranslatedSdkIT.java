package io.sluice.bench.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.RateLimitException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's SDK before providers of other dialects than the one that it speaks. */
class TranslatedSdkIT {

    private static final String MODELS =
            """
              - model_name: claude
                litellm_params: {model: anthropic/claude-sonnet-4-5, api_base: PROVIDER, \
            api_key: PROVIDER_KEY}
              - model_name: gem
                litellm_params: {model: gemini/gemini-2.5-flash, api_base: PROVIDER/v1beta, \
            api_key: PROVIDER_KEY}
              - model_name: chat-only
                litellm_params: {model: cerebras/llama3.1-8b, api_base: PROVIDER/v1, \
            api_key: PROVIDER_KEY}
              - model_name: responses
                litellm_params: {model: openai/responses/gpt-5-pro, api_base: PROVIDER/v1, \
            api_key: PROVIDER_KEY}
            """;

    @TempDir static Path folder;

    private static RunningGateway gateway;
    private static OpenAIClient client;

    @BeforeAll
    static void start() throws IOException {
        gateway = RunningGateway.start(folder, MODELS);
        client = gateway.client(RunningGateway.KEY);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "gem", "responses"})
    void chatIsRead(String model) {
        ChatCompletion answer =
                client.chat().completions().create(chat(model, "[[chunks=5]]").build()).validate();

        ChatCompletion.Choice choice = answer.choices().getFirst();
        assertThat(choice.message().content().orElseThrow()).isNotEmpty();
        assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
        assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "gem", "responses"})
    void chatStreamIsRead(String model) {
        ChatCompletionCreateParams call =
                chat(model, "[[chunks=5]]")
                        .streamOptions(
                                ChatCompletionStreamOptions.builder().includeUsage(true).build())
                        .build();
        ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> chunks =
                client.chat().completions().createStreaming(call)) {
            chunks.stream().forEach(whole::accumulate);
        }

        ChatCompletion answer = whole.chatCompletion();
        assertThat(answer.choices().getFirst().message().content().orElseThrow()).isNotEmpty();
        assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "gem", "responses"})
    void toolCallIsRead(String model) {
        FunctionDefinition look =
                FunctionDefinition.builder()
                        .name("look")
                        .parameters(
                                FunctionParameters.builder()
                                        .putAdditionalProperty("type", JsonValue.from("object"))
                                        .putAdditionalProperty(
                                                "properties",
                                                JsonValue.from(
                                                        Map.of("city", Map.of("type", "string"))))
                                        .build())
                        .build();

        ChatCompletion answer =
                client.chat()
                        .completions()
                        .create(chat(model, "[[tool=look]]").addFunctionTool(look).build());

        ChatCompletion.Choice choice = answer.choices().getFirst();
        assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        assertThat(choice.message().toolCalls().orElseThrow().getFirst().asFunction().function())
                .satisfies(call -> {
                    assertThat(call.name()).isEqualTo("look");
                    assertThat(call.arguments()).contains("city");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "gem", "responses"})
    void refusalOfTheProviderIsRead(String model) {
        RateLimitException failure =
                catchThrowableOfType(
                        RateLimitException.class,
                        () ->
                                client.chat()
                                        .completions()
                                        .create(chat(model, "[[fail=429]]").build()));

        assertThat(failure).isNotNull();
        assertThat(failure.body().toString()).contains("message");
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "gem", "chat-only"})
    void responseIsRead(String model) {
        Response response = client.responses().create(ask(model, "[[chunks=5]]").build());

        assertThat(response.status()).hasValue(ResponseStatus.COMPLETED);
        assertThat(Said.text(response)).isNotEmpty();
        assertThat(response.usage().orElseThrow().outputTokens()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "gem", "chat-only"})
    void responseStreamIsRead(String model) {
        ResponseAccumulator whole = ResponseAccumulator.create();
        try (StreamResponse<ResponseStreamEvent> events =
                client.responses().createStreaming(ask(model, "[[chunks=5]]").build())) {
            events.stream().forEach(whole::accumulate);
        }

        assertThat(whole.response().status()).hasValue(ResponseStatus.COMPLETED);
        assertThat(Said.text(whole.response())).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "gem", "chat-only"})
    void responsesToolCallIsRead(String model) {
        Response response = client.responses().create(ask(model, "[[tool=look]]").build());

        ResponseFunctionToolCall call = response.output().getLast().functionCall().orElseThrow();
        assertThat(call.name()).isEqualTo("look");
        assertThat(call.callId()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "gem", "chat-only"})
    void responsesRefusalOfTheProviderIsRead(String model) {
        RateLimitException failure =
                catchThrowableOfType(
                        RateLimitException.class,
                        () -> client.responses().create(ask(model, "[[fail=429]]").build()));

        assertThat(failure).isNotNull();
    }

    private static ChatCompletionCreateParams.Builder chat(String model, String prompt) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(prompt);
    }

    private static ResponseCreateParams.Builder ask(String model, String input) {
        return ResponseCreateParams.builder().model(model).input(input);
    }
}
