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

/** Google's SDK before a gateway whose provider speaks Gemini's dialect. */
class GenAiSdkIT {

    private static final String MODELS =
            """
              - {model_name: gem, litellm_params: {model: gemini/gemini-2.5-flash, \
            api_base: PROVIDER/v1beta, api_key: sk-provider}}
            """;

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

    @Test
    void contentIsRead() {
        GenerateContentResponse answer =
                client.models.generateContent("gem", "[[chunks=5 input=30 think=2]]", PLAIN);

        assertThat(answer.text()).isNotEmpty();
        assertThat(answer.usageMetadata().orElseThrow().promptTokenCount()).hasValue(30);
        assertThat(answer.usageMetadata().orElseThrow().thoughtsTokenCount()).hasValue(2);
        assertThat(answer.finishReason().toString()).isEqualTo("STOP");
    }

    @Test
    void streamIsRead() {
        StringBuilder text = new StringBuilder();
        try (ResponseStream<GenerateContentResponse> events =
                client.models.generateContentStream("gem", "[[chunks=5]]", PLAIN)) {
            for (GenerateContentResponse event : events) {
                text.append(event.text());
            }
        }

        assertThat(text.toString()).isNotEmpty();
    }

    @Test
    void functionCallIsRead() {
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
                client.models.generateContent("gem", "[[tool=look]]", config);

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
                .httpOptions(HttpOptions.builder().baseUrl(gateway.address()).build())
                .build();
    }
}
