package io.sluice.bench.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolUseBlock;
import io.sluice.bench.sdk.ServedGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Anthropic's SDK before a gateway: the model {@code claude} is of a provider that speaks its
 * dialect, {@code gpt} of one that speaks OpenAI's chat, {@code gem} of one that speaks Gemini's,
 * {@code responses} is served as OpenAI's responses alone.
 */
class AnthropicSdkIT {

    private static final String MODELS =
            """
              - {model_name: claude, litellm_params: {model: anthropic/claude-sonnet-4-5, \
            api_base: PROVIDER, api_key: sk-provider}}
              - {model_name: gpt, litellm_params: {model: openai/gpt-4o, \
            api_base: PROVIDER/v1, api_key: sk-provider}}
              - {model_name: gem, litellm_params: {model: gemini/gemini-2.5-flash, \
            api_base: PROVIDER/v1beta, api_key: sk-provider}}
              - {model_name: responses, litellm_params: {model: openai/responses/gpt-5-pro, \
            api_base: PROVIDER/v1, api_key: sk-provider}}
            """;

    @TempDir static Path folder;
    private static ServedGateway gateway;
    private static AnthropicClient client;

    @BeforeAll
    static void start() throws IOException {
        gateway = ServedGateway.start(folder, MODELS);
        client = client(ServedGateway.KEY);
    }

    @AfterAll
    static void stop() {
        client.close();
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "gpt", "gem", "responses"})
    void messageIsRead(String model) {
        Message message =
                client.messages().create(asking(model, "[[chunks=5 input=30 cached=10]]").build());

        assertThat(message.content().getFirst().asText().text()).isNotEmpty();
        assertThat(message.stopReason()).hasValue(StopReason.END_TURN);
        assertThat(message.usage().inputTokens()).isEqualTo(20);
        assertThat(message.usage().cacheReadInputTokens()).hasValue(10L);
        assertThat(message.usage().outputTokens()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "gpt", "gem", "responses"})
    void streamIsRead(String model) {
        StringBuilder text = new StringBuilder();
        long[] output = new long[1];
        try (StreamResponse<RawMessageStreamEvent> events =
                client.messages().createStreaming(asking(model, "[[chunks=5]]").build())) {
            events.stream()
                    .forEach(event -> {
                        event.contentBlockDelta()
                                .flatMap(delta -> delta.delta().text())
                                .ifPresent(delta -> text.append(delta.text()));
                        event.messageDelta()
                                .ifPresent(delta -> output[0] = delta.usage().outputTokens());
                    });
        }

        assertThat(text.toString()).isNotEmpty();
        assertThat(output[0]).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "gpt", "gem", "responses"})
    void toolCallIsRead(String model) {
        Tool.InputSchema schema =
                Tool.InputSchema.builder()
                        .putAdditionalProperty(
                                "properties",
                                JsonValue.from(Map.of("city", Map.of("type", "string"))))
                        .build();
        Tool tool = Tool.builder().name("look").inputSchema(schema).build();

        Message message =
                client.messages().create(asking(model, "[[tool=look]]").addTool(tool).build());

        ToolUseBlock use = message.content().getFirst().asToolUse();
        assertThat(message.stopReason()).hasValue(StopReason.TOOL_USE);
        assertThat(use.name()).isEqualTo("look");
        assertThat(use._input().toString()).contains("city");
    }

    @Test
    void tokensAreCounted() {
        long tokens =
                client.messages()
                        .countTokens(
                                MessageCountTokensParams.builder()
                                        .model("claude")
                                        .addUserMessage("how many are these")
                                        .build())
                        .inputTokens();

        assertThat(tokens).isPositive();
    }

    @Test
    void modelsAreListed() {
        assertThat(client.models().list().data())
                .extracting(model -> model.id())
                .contains("claude", "gpt");
    }

    @Test
    void unknownModelIsNotFound() {
        NotFoundException failure =
                catchThrowableOfType(
                        NotFoundException.class,
                        () -> client.messages().create(asking("nobody", "hi").build()));

        assertThat(failure.body().toString()).contains("not_found_error", "model_not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "gpt", "gem", "responses"})
    void refusalOfTheProviderIsRead(String model) {
        RateLimitException failure =
                catchThrowableOfType(
                        RateLimitException.class,
                        () -> client.messages().create(asking(model, "[[fail=429]]").build()));

        assertThat(failure).isNotNull();
        assertThat(failure.body().toString()).contains("rate_limit_error");
    }

    @Test
    void wrongKeyIsUnauthorized() {
        AnthropicClient stranger = client("sk-wrong-0123456789abcdef");
        try {
            UnauthorizedException failure =
                    catchThrowableOfType(
                            UnauthorizedException.class,
                            () -> stranger.messages().create(asking("claude", "hi").build()));

            assertThat(failure.body().toString()).contains("authentication_error");
        } finally {
            stranger.close();
        }
    }

    private static MessageCreateParams.Builder asking(String model, String prompt) {
        return MessageCreateParams.builder().model(model).maxTokens(64).addUserMessage(prompt);
    }

    private static AnthropicClient client(String key) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(gateway.address())
                .apiKey(key)
                .maxRetries(0)
                .build();
    }
}
