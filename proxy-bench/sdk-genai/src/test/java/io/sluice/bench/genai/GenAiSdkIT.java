package io.sluice.bench.genai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.errors.ClientException;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.Schema;
import com.google.genai.types.Tool;
import io.sluice.bench.sdk.ServedGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Google's SDK before a gateway: the model {@code gem} is of a provider that speaks its dialect,
 * {@code gpt} of one that speaks OpenAI's chat, {@code claude} of one that speaks Anthropic's,
 * {@code responses} is served as OpenAI's responses alone.
 */
class GenAiSdkIT {

    private static final String MODELS =
            """
              - {model_name: gem, litellm_params: {model: gemini/gemini-2.5-flash, \
            api_base: PROVIDER/v1beta, api_key: sk-provider}}
              - {model_name: gpt, litellm_params: {model: openai/gpt-4o, \
            api_base: PROVIDER/v1, api_key: sk-provider}}
              - {model_name: claude, litellm_params: {model: anthropic/claude-sonnet-4-5, \
            api_base: PROVIDER, api_key: sk-provider}}
              - {model_name: responses, litellm_params: {model: openai/responses/gpt-5-pro, \
            api_base: PROVIDER/v1, api_key: sk-provider}}
            """;

    /** Its own retries wait for half a minute; what is read is the answer. */
    private static final HttpRetryOptions ONCE = HttpRetryOptions.builder().attempts(1).build();

    private static final GenerateContentConfig PLAIN = GenerateContentConfig.builder().build();

    @TempDir static Path folder;
    private static ServedGateway gateway;
    private static Client client;

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
    @ValueSource(strings = {"gem", "gpt", "claude", "responses"})
    void contentIsRead(String model) {
        GenerateContentResponse answer =
                client.models.generateContent(model, "[[chunks=5 input=30]]", PLAIN);

        assertThat(answer.text()).isNotEmpty();
        assertThat(answer.usageMetadata().orElseThrow().promptTokenCount()).hasValue(30);
        assertThat(answer.usageMetadata().orElseThrow().candidatesTokenCount()).hasValue(5);
        assertThat(answer.finishReason().toString()).isEqualTo("STOP");
    }

    @Test
    void thoughtsAreCounted() {
        GenerateContentResponse answer =
                client.models.generateContent("gem", "[[chunks=5 think=2]]", PLAIN);

        assertThat(answer.usageMetadata().orElseThrow().thoughtsTokenCount()).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gem", "gpt", "claude", "responses"})
    void streamIsRead(String model) {
        StringBuilder text = new StringBuilder();
        try (ResponseStream<GenerateContentResponse> events =
                client.models.generateContentStream(model, "[[chunks=5]]", PLAIN)) {
            for (GenerateContentResponse event : events) {
                String said = event.text();
                text.append(said == null ? "" : said);
            }
        }

        assertThat(text.toString()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gem", "gpt", "claude", "responses"})
    void functionCallIsRead(String model) {
        Schema city = Schema.builder().type("STRING").build();
        FunctionDeclaration look =
                FunctionDeclaration.builder()
                        .name("look")
                        .parameters(
                                Schema.builder()
                                        .type("OBJECT")
                                        .properties(Map.of("city", city))
                                        .build())
                        .build();
        GenerateContentConfig config =
                GenerateContentConfig.builder()
                        .tools(Tool.builder().functionDeclarations(look).build())
                        .build();

        GenerateContentResponse answer =
                client.models.generateContent(model, "[[tool=look]]", config);

        FunctionCall call = Objects.requireNonNull(answer.functionCalls()).getFirst();
        assertThat(call.name()).hasValue("look");
        assertThat(call.args().orElseThrow()).containsKey("city");
    }

    @Test
    void tokensAreCounted() {
        assertThat(client.models.countTokens("gem", "how many", null).totalTokens().orElseThrow())
                .isPositive();
    }

    @Test
    void unknownModelIsNotFound() {
        ClientException failure =
                catchThrowableOfType(
                        ClientException.class,
                        () -> client.models.generateContent("nobody", "hi", PLAIN));

        assertThat(failure.code()).isEqualTo(404);
        assertThat(failure.status()).isEqualTo("NOT_FOUND");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gem", "gpt", "claude", "responses"})
    void refusalOfTheProviderIsRead(String model) {
        ClientException failure =
                catchThrowableOfType(
                        ClientException.class,
                        () -> client.models.generateContent(model, "[[fail=429]]", PLAIN));

        assertThat(failure.code()).isEqualTo(429);
        assertThat(failure.status()).isEqualTo("RESOURCE_EXHAUSTED");
    }

    @Test
    void wrongKeyIsUnauthenticated() {
        try (Client stranger = client("sk-wrong-0123456789abcdef")) {
            ClientException failure =
                    catchThrowableOfType(
                            ClientException.class,
                            () -> stranger.models.generateContent("gem", "hi", PLAIN));

            assertThat(failure.code()).isEqualTo(401);
        }
    }

    private static Client client(String key) {
        return Client.builder()
                .apiKey(key)
                .httpOptions(
                        HttpOptions.builder().baseUrl(gateway.address()).retryOptions(ONCE).build())
                .build();
    }
}
