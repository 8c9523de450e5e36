package io.sluice.bench.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.core.JsonField;
import com.openai.core.JsonMissing;
import com.openai.core.JsonValue;
import com.openai.core.http.Headers;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.RateLimitException;
import com.openai.errors.SseException;
import com.openai.errors.UnauthorizedException;
import com.openai.errors.UnprocessableEntityException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageParam;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import io.sluice.bench.sdk.Polling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SdkErrorsIT {

    /*
     * A stream that its provider cut ends with an error event and the end of its connection, which
     * nothing has told the client beforehand. OkHttp would send the next call on that connection
     * and fail, and the SDK would try it again; here each call is tried once, and so the tests
     * that have a stream cut use a client, and with it connections, of their own.
     */

    private static final String MODELS =
            """
              - model_name: m
                litellm_params: {model: openai/m, api_base: PROVIDER/v1, api_key: PROVIDER_KEY}
              - model_name: gone
                litellm_params: {model: openai/m, api_base: "http://127.0.0.1:1/v1", api_key: none}
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

    @Test
    void refusesAWrongKey() {
        OpenAIClient stranger = gateway.client("sk-nobody");
        UnauthorizedException error =
                thrown(UnauthorizedException.class, () -> chat(stranger, "m", "hi"));

        assertThat(error.code()).hasValue("invalid_api_key");
        assertThat(error.type()).hasValue("authentication_error");
        assertThat(source(error)).containsExactly("gateway");
    }

    @Test
    void refusesAModel_thatTheKeyMayNotUse() {
        OpenAIClient narrow = gateway.client(RunningGateway.NARROW_KEY);
        PermissionDeniedException error =
                thrown(PermissionDeniedException.class, () -> chat(narrow, "gone", "hi"));

        assertThat(error.code()).hasValue("model_not_allowed");
    }

    @Test
    void doesNotFindAnUnknownModel() {
        NotFoundException error = thrown(NotFoundException.class, () -> chat(client, "gome", "hi"));

        assertThat(error.code()).hasValue("model_not_found");
        assertThat(error.param()).hasValue("model");
        assertThat(error).hasMessageContaining("gone");
        assertThat(thrown(NotFoundException.class, () -> client.models().retrieve("gome")).code())
                .hasValue("model_not_found");
    }

    @Test
    void refusesABody_whoseMessagesAreWrongOrMissing() {
        BadRequestException wrong =
                thrown(BadRequestException.class, () -> createWith(JsonValue.from("hi")));
        BadRequestException missing =
                thrown(BadRequestException.class, () -> createWith(JsonMissing.of()));

        assertThat(wrong.code()).hasValue("invalid_parameter");
        assertThat(wrong.param()).hasValue("messages");
        assertThat(missing.code()).hasValue("missing_parameter");
        assertThat(missing.param()).hasValue("messages");
    }

    @Test
    void passesOnTheProvidersRefusal() {
        BadRequestException bad =
                thrown(BadRequestException.class, () -> chat(client, "m", "[[fail=400]]"));

        assertThat(bad.code()).hasValue("simulated_failure");
        assertThat(bad.type()).hasValue("invalid_request_error");
        assertThat(source(bad)).containsExactly("upstream");
        thrown(UnprocessableEntityException.class, () -> chat(client, "m", "[[fail=422]]"));
    }

    @Test
    void passesOnTheProvidersRateLimit_withItsWait() {
        RateLimitException error =
                thrown(
                        RateLimitException.class,
                        () -> chat(client, "m", "[[fail=429 retry_after=7]]"));

        assertThat(error.code()).hasValue("rate_limit_exceeded");
        assertThat(error.headers().values("retry-after")).containsExactly("7");
        assertThat(source(error)).containsExactly("upstream");
    }

    @Test
    void isTriedAgainByTheSdk_whereTheProviderFails() {
        ChatCompletionCreateParams call =
                params("m", "Again. [[fail=503#2 retry_after=0.001]]")
                        .putAdditionalHeader("x-request-id", "sdk-tries-again")
                        .build();
        ChatCompletion answer = patient().chat().completions().create(call);

        assertThat(answer.choices()).hasSize(1);
        assertThat(gateway.billed("sdk-tries-again").times()).isEqualTo(3);
        assertThat(gateway.received("sdk-tries-again"))
                .extracting(one -> one.at("/headers/x-stainless-retry-count").asText())
                .containsExactly("0", "1", "2");
    }

    @Test
    void saysThatTheProviderCannotBeReached() {
        InternalServerException error =
                thrown(InternalServerException.class, () -> chat(client, "gone", "hi"));

        assertThat(error.statusCode()).isEqualTo(502);
        assertThat(error.code()).hasValue("upstream_unreachable");
        assertThat(source(error)).containsExactly("upstream");
    }

    @Test
    void isNotTriedAgain_forWhatIsNotSupported() {
        ImageGenerateParams call =
                ImageGenerateParams.builder()
                        .prompt("a river")
                        .putAdditionalHeader("x-request-id", "sdk-not-supported")
                        .build();
        OpenAIClient patient = patient();
        InternalServerException error =
                thrown(InternalServerException.class, () -> patient.images().generate(call));

        assertThat(error.statusCode()).isEqualTo(501);
        assertThat(error.code()).hasValue("not_supported");
        assertThat(error).hasMessageContaining("POST /v1/chat/completions");
        assertThat(error.headers().values("x-should-retry")).containsExactly("false");
        assertThat(gateway.accessLines("sdk-not-supported")).hasSize(1);
    }

    @Test
    void showsTheRequestId_ofAnswersAndErrors() {
        ChatCompletionCreateParams call =
                params("m", "hi").putAdditionalHeader("x-request-id", "sdk-chose-this").build();
        try (HttpResponseFor<ChatCompletion> response =
                client.chat().completions().withRawResponse().create(call)) {
            Headers headers = response.headers();

            assertThat(response.requestId()).hasValue("sdk-chose-this");
            assertThat(headers.values("x-sluice-upstream-request-id")).hasSize(1);
            assertThat(headers.values("x-sluice-target")).containsExactly("openai/m");
        }
        NotFoundException error = thrown(NotFoundException.class, () -> chat(client, "no", "hi"));
        String id = error.headers().values("x-request-id").getFirst();
        assertThat(gateway.accessLines(id).getFirst().path("status").asInt()).isEqualTo(404);
    }

    @Test
    void leavesTheProvider_whenTheStreamIsClosed() {
        ChatCompletionCreateParams call = params("m", "[[chunks=100000 gap=20ms]]").build();
        String id;
        try (HttpResponseFor<StreamResponse<ChatCompletionChunk>> response =
                        client.chat().completions().withRawResponse().createStreaming(call);
                StreamResponse<ChatCompletionChunk> stream = response.parse()) {
            id = response.requestId().orElseThrow();
            Iterator<ChatCompletionChunk> chunks = stream.stream().iterator();
            chunks.next();
            chunks.next();
        }
        long read = gateway.billed(id).outputTokens();
        Polling.await(
                () -> gateway.books().at("/streams/open").asLong() == 0,
                () -> "the end of the stream: " + gateway.books());
        RunningGateway.Billed billed = gateway.billed(id);

        assertThat(gateway.books().path("clients_left").asLong()).isEqualTo(1);
        assertThat(billed.completed()).isZero();
        assertThat(billed.outputTokens() - read)
                .as("tokens after the client left, fifty of them make a second")
                .isLessThan(50);
        List<JsonNode> lines = gateway.accessLines(id);
        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst().path("end").asText()).isEqualTo("CS");
    }

    @Test
    void saysSo_whenTheProviderCutsAStream() {
        OpenAIClient own = gateway.client(RunningGateway.KEY);
        SseException error =
                thrown(
                        SseException.class,
                        () -> {
                            try (StreamResponse<ChatCompletionChunk> stream =
                                    own.chat()
                                            .completions()
                                            .createStreaming(
                                                    params("m", "[[chunks=9 cut=3]]").build())) {
                                assertThat(stream.stream().count()).isPositive();
                            }
                        });

        assertThat(error.code()).hasValue("upstream_closed");
    }

    @Test
    void saysSo_whenTheProviderCutsAResponse() {
        ResponseCreateParams call =
                ResponseCreateParams.builder().model("m").input("[[chunks=9 cut=6]]").build();
        OpenAIClient own = gateway.client(RunningGateway.KEY);
        List<ResponseStreamEvent> events;
        try (StreamResponse<ResponseStreamEvent> stream = own.responses().createStreaming(call)) {
            events = stream.stream().toList();
        }

        assertThat(events.getLast().error().orElseThrow().code()).hasValue("upstream_closed");
    }

    private interface Call {
        void make();
    }

    private static <E extends OpenAIServiceException> E thrown(Class<E> type, Call call) {
        E error = catchThrowableOfType(type, call::make);
        assertThat(error).isNotNull();
        return error;
    }

    private static List<String> source(OpenAIServiceException error) {
        return error.headers().values("x-sluice-error-source");
    }

    private static ChatCompletionCreateParams.Builder params(String model, String prompt) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(prompt);
    }

    /** A client that tries each call thrice, as it does where nobody says otherwise. */
    private static OpenAIClient patient() {
        return gateway.client(with ->
                with.baseUrl(gateway.address() + "/v1").apiKey(RunningGateway.KEY).maxRetries(2));
    }

    @SuppressWarnings("unchecked")
    private static void createWith(JsonField<?> messages) {
        client.chat()
                .completions()
                .create(
                        params("m", "hi")
                                .messages((JsonField<List<ChatCompletionMessageParam>>) messages)
                                .build());
    }

    private static void chat(OpenAIClient caller, String model, String prompt) {
        caller.chat().completions().create(params(model, prompt).build());
    }
}
