package io.sluice.bench.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputMessageItem;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.models.responses.ResponseUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResponsesSdkIT {

    private static final String MODELS =
            """
              - model_name: m
                litellm_params: {model: openai/m, api_base: PROVIDER/v1, api_key: PROVIDER_KEY}
            """;

    @TempDir static Path folder;

    private static RunningGateway gateway;
    private static OpenAIClient client;
    private static OpenAIClient direct;

    @BeforeAll
    static void start() throws IOException {
        gateway = RunningGateway.start(folder, MODELS);
        client = gateway.client(RunningGateway.KEY);
        direct = gateway.direct();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void responds_asTheProviderDoes() {
        ResponseCreateParams call = ask("Where does the river go?").build();
        try (HttpResponseFor<Response> raw = client.responses().withRawResponse().create(call)) {
            Response response = raw.parse();
            String text = Said.text(response);

            assertThat(response.status()).hasValue(ResponseStatus.COMPLETED);
            assertThat(text).startsWith(Said.opening("Where does the river go?"));
            assertThat(text).isEqualTo(Said.text(direct.responses().create(call)));
            ResponseUsage usage = response.usage().orElseThrow();
            assertThat(usage.outputTokens()).isEqualTo(Said.words(text));
            assertBilled(raw, usage);
        }
    }

    @Test
    void streamsEveryEvent_inOrder() {
        ResponseCreateParams call = ask("[[chunks=3]]").build();
        try (HttpResponseFor<StreamResponse<ResponseStreamEvent>> raw =
                        client.responses().withRawResponse().createStreaming(call);
                StreamResponse<ResponseStreamEvent> stream = raw.parse()) {
            List<ResponseStreamEvent> events = stream.stream().toList();
            ResponseAccumulator accumulator = ResponseAccumulator.create();
            events.forEach(accumulator::accumulate);
            Response response = accumulator.response();

            assertThat(events)
                    .extracting(ResponsesSdkIT::type)
                    .containsExactly(
                            "response.created",
                            "response.in_progress",
                            "response.output_item.added",
                            "response.content_part.added",
                            "response.output_text.delta",
                            "response.output_text.delta",
                            "response.output_text.delta",
                            "response.output_text.done",
                            "response.content_part.done",
                            "response.output_item.done",
                            "response.completed");
            assertThat(deltas(events)).isEqualTo(Said.text(response));
            assertBilled(raw, response.usage().orElseThrow());
            assertThat(Said.text(client.responses().retrieve(response.id())))
                    .isEqualTo(Said.text(response));
        }
    }

    @Test
    void streamsReasoningAndACallOfAFunction() {
        try (StreamResponse<ResponseStreamEvent> stream =
                client.responses().createStreaming(ask("[[think=2 tool=get_time]]").build())) {
            List<ResponseStreamEvent> events = stream.stream().toList();
            Response response = events.getLast().completed().orElseThrow().response();
            ResponseFunctionToolCall call =
                    response.output().getLast().functionCall().orElseThrow();

            assertThat(events)
                    .extracting(ResponsesSdkIT::type)
                    .contains(
                            "response.reasoning_summary_text.delta",
                            "response.function_call_arguments.delta",
                            "response.function_call_arguments.done");
            assertThat(call.name()).isEqualTo("get_time");
            assertThat(response.usage().orElseThrow().outputTokensDetails().reasoningTokens())
                    .isEqualTo(2);
        }
    }

    @Test
    void endsIncomplete_atTheLimitOfTokens() {
        Response response =
                client.responses().create(ask("[[chunks=9]]").maxOutputTokens(4L).build());

        assertThat(response.status()).hasValue(ResponseStatus.INCOMPLETE);
        assertThat(response.usage().orElseThrow().outputTokens()).isEqualTo(4);
    }

    @Test
    void findsAStoredResponse_untilItIsDeleted() {
        Response made = client.responses().create(ask("Keep this.").build());

        assertThat(client.responses().retrieve(made.id())).isEqualTo(made);
        assertThat(client.responses().inputItems().list(made.id()).data())
                .singleElement()
                .extracting(item -> item.responseInputMessageItem().orElseThrow())
                .satisfies(item -> {
                    assertThat(item.role()).isEqualTo(ResponseInputMessageItem.Role.USER);
                    assertThat(item.content().getFirst().inputText().orElseThrow().text())
                            .isEqualTo("Keep this.");
                });

        client.responses().delete(made.id());
        assertThatThrownBy(() -> client.responses().retrieve(made.id()))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void goesOnFromAStoredResponse() {
        Response first = client.responses().create(ask("One.").build());
        Response second =
                client.responses().create(ask("Two.").previousResponseId(first.id()).build());

        assertThat(second.previousResponseId()).hasValue(first.id());
        assertThat(Said.text(second)).startsWith(Said.opening("Two."));
    }

    @Test
    void cancels_whatRunsInTheBackground() {
        Response background = client.responses().create(ask("Slowly.").background(true).build());
        Response plain = client.responses().create(ask("At once.").build());

        assertThat(client.responses().cancel(background.id()).status())
                .hasValue(ResponseStatus.CANCELLED);
        assertThatThrownBy(() -> client.responses().cancel(plain.id()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("background");
    }

    @Test
    void hidesAStoredResponse_fromOtherKeys() {
        Response made = client.responses().create(ask("Mine.").build());
        OpenAIClient other = gateway.client(RunningGateway.NARROW_KEY);

        assertThatThrownBy(() -> other.responses().retrieve(made.id()))
                .isInstanceOfSatisfying(
                        NotFoundException.class,
                        error -> assertThat(error.code()).hasValue("response_not_found"));
    }

    private static ResponseCreateParams.Builder ask(String input) {
        return ResponseCreateParams.builder().model("m").input(input);
    }

    private static void assertBilled(HttpResponseFor<?> raw, ResponseUsage usage) {
        assertThat(gateway.billed(raw.requestId().orElseThrow()))
                .isEqualTo(
                        new RunningGateway.Billed(1, 1, usage.inputTokens(), usage.outputTokens()));
    }

    private static String type(ResponseStreamEvent event) {
        Map<?, ?> json = event._json().orElseThrow().convert(Map.class);
        return String.valueOf(Objects.requireNonNull(json).get("type"));
    }

    private static String deltas(List<ResponseStreamEvent> events) {
        StringBuilder text = new StringBuilder();
        for (ResponseStreamEvent event : events) {
            event.outputTextDelta().ifPresent(delta -> text.append(delta.delta()));
        }
        return text.toString();
    }
}
