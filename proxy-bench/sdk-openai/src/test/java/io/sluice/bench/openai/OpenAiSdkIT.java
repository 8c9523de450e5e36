package io.sluice.bench.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.completions.CompletionUsage;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.Embedding;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import com.openai.models.moderations.ModerationCreateParams;
import com.openai.models.moderations.ModerationCreateResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenAiSdkIT {

    private static final String MODELS =
            """
              - model_name: m
                litellm_params: {model: openai/m, api_base: PROVIDER/v1, api_key: PROVIDER_KEY}
              - model_name: team/small
                litellm_params: {model: openai/s, api_base: PROVIDER/v1, api_key: PROVIDER_KEY}
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
    void answersChat_asTheProviderDoes() {
        String prompt = "Where does the river go?";
        ChatCompletionCreateParams call = chat("m", prompt).build();
        try (HttpResponseFor<ChatCompletion> response =
                client.chat().completions().withRawResponse().create(call)) {
            ChatCompletion answer = response.parse().validate();
            String text = text(answer);

            assertThat(text).startsWith(Said.opening(prompt));
            assertThat(answer.choices())
                    .isEqualTo(direct.chat().completions().create(call).choices());
            assertThat(answer.choices().getFirst().finishReason())
                    .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
            CompletionUsage usage = answer.usage().orElseThrow();
            assertThat(usage.promptTokens()).isEqualTo(Said.messageTokens(prompt));
            assertThat(usage.completionTokens()).isEqualTo(Said.words(text));
            assertBilled(requestId(response), usage);
        }
    }

    @Test
    void asksForTheTargetsModel_whereTheNamesDiffer() {
        ChatCompletion answer =
                client.chat().completions().create(chat("team/small", "hi").build());

        assertThat(answer.model()).isEqualTo("s");
    }

    @Test
    void streamsChat_withoutUsageThatWasNotAskedFor() {
        String prompt = "And then?";
        Streamed streamed = stream(chat("m", prompt).build());

        assertThat(streamed.chunks).allMatch(chunk -> chunk.choices().size() == 1);
        assertThat(streamed.chunks).noneMatch(chunk -> chunk.usage().isPresent());
        assertThat(streamed.text()).startsWith(Said.opening(prompt));
        assertThat(streamed.finish()).isEqualTo(ChatCompletionChunk.Choice.FinishReason.STOP);
        RunningGateway.Billed billed = gateway.billed(streamed.requestId);
        long words = Said.words(streamed.text());
        assertThat(billed)
                .isEqualTo(new RunningGateway.Billed(1, 1, Said.messageTokens(prompt), words));
        JsonNode line = gateway.accessLines(streamed.requestId).getFirst();
        assertThat(line.path("input_tokens").asLong()).isEqualTo(billed.inputTokens());
        assertThat(line.path("output_tokens").asLong()).isEqualTo(words);
    }

    @Test
    void streamsChat_withUsageInTheLastChunk_whereAsked() {
        ChatCompletionCreateParams call =
                withUsage(chat("m", "Tell me more. [[chunks=30 cached=2]]")).build();
        Streamed streamed = stream(call);

        ChatCompletionChunk last = streamed.chunks.getLast();
        assertThat(last.choices()).isEmpty();
        CompletionUsage usage = last.usage().orElseThrow();
        assertThat(usage.completionTokens()).isEqualTo(30);
        assertThat(usage.promptTokensDetails().orElseThrow().cachedTokens()).hasValue(2L);
        assertThat(streamed.text()).isEqualTo(accumulated(direct, call).message().content().get());
        assertBilled(streamed.requestId, usage);
    }

    @Test
    void callsATool_andTakesItsResult() {
        ChatCompletionCreateParams.Builder call =
                withTools(chat("m", "The weather? [[tool=get_weather]]"));
        ChatCompletion.Choice choice =
                client.chat().completions().create(call.build()).choices().getFirst();
        ChatCompletionMessageFunctionToolCall tool = tools(choice).getFirst();

        assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        assertThat(choice.message().content()).isEmpty();
        assertThat(tool.function().name()).isEqualTo("get_weather");
        assertThat(tool.function().arguments()).startsWith("{\"city\":");
        assertThat(functions(choice))
                .isEqualTo(
                        functions(
                                direct.chat()
                                        .completions()
                                        .create(call.build())
                                        .choices()
                                        .getFirst()));

        ChatCompletionCreateParams next =
                call.addMessage(choice.message())
                        .addMessage(
                                ChatCompletionToolMessageParam.builder()
                                        .toolCallId(tool.id())
                                        .content("18 degrees")
                                        .build())
                        .build();
        assertThat(text(client.chat().completions().create(next)))
                .startsWith(Said.opening("The weather?"));
    }

    @Test
    void callsToolsSideBySide() {
        ChatCompletionCreateParams call =
                withTools(chat("m", "Both, please. [[tool=get_weather,get_time]]")).build();
        ChatCompletion.Choice choice =
                client.chat().completions().create(call).choices().getFirst();

        assertThat(tools(choice))
                .extracting(tool -> tool.function().name())
                .containsExactly("get_weather", "get_time");
        assertThat(tools(choice)).extracting(tool -> tool.id()).doesNotHaveDuplicates();
    }

    @Test
    void streamsToolCalls_inFragmentsOfEach() {
        ChatCompletionCreateParams call =
                withUsage(withTools(chat("m", "Both, please. [[tool=get_weather,get_time]]")))
                        .build();
        Streamed streamed = stream(call);
        List<String> ofFirst = streamed.arguments(0);
        List<String> ofSecond = streamed.arguments(1);

        assertThat(ofFirst).hasSizeGreaterThan(2);
        assertThat(ofSecond).hasSizeGreaterThan(2);
        ChatCompletion.Choice whole = streamed.accumulated();
        assertThat(functions(whole)).isEqualTo(functions(accumulated(direct, call)));
        assertThat(tools(whole))
                .extracting(tool -> tool.function().arguments())
                .containsExactly(String.join("", ofFirst), String.join("", ofSecond));
        assertThat(streamed.finish()).isEqualTo(ChatCompletionChunk.Choice.FinishReason.TOOL_CALLS);
        assertBilled(streamed.requestId, streamed.chunks.getLast().usage().orElseThrow());
    }

    @Test
    void embeds_asNumbersAndAsBase64() {
        EmbeddingCreateParams.Builder call =
                EmbeddingCreateParams.builder()
                        .model("m")
                        .inputOfArrayOfStrings(List.of("river", "gate and stone"))
                        .dimensions(8);
        EmbeddingCreateParams asNumbers =
                call.encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT).build();
        EmbeddingCreateParams asBase64 =
                call.encodingFormat(EmbeddingCreateParams.EncodingFormat.BASE64).build();
        CreateEmbeddingResponse numbers = client.embeddings().create(asNumbers).validate();
        CreateEmbeddingResponse base64 = client.embeddings().create(asBase64);

        assertThat(numbers.data()).extracting(Embedding::index).containsExactly(0L, 1L);
        assertThat(numbers.data()).allMatch(one -> one.embedding().size() == 8);
        assertThat(numbers.data()).isEqualTo(direct.embeddings().create(asNumbers).data());
        assertThat(base64.data())
                .extracting(Embedding::embedding)
                .isEqualTo(numbers.data().stream().map(Embedding::embedding).toList());
        assertThat(base64.data()).allMatch(one -> one.embeddingValue().isBase64());
        assertThat(numbers.usage().promptTokens())
                .isEqualTo(Said.textTokens("river") + Said.textTokens("gate and stone"));
    }

    @Test
    void billsEmbeddings_forTheirInput() {
        EmbeddingCreateParams call =
                EmbeddingCreateParams.builder().model("m").input("a drop of water").build();
        try (HttpResponseFor<CreateEmbeddingResponse> response =
                client.embeddings().withRawResponse().create(call)) {
            long tokens = response.parse().usage().totalTokens();

            assertThat(tokens).isEqualTo(Said.textTokens("a drop of water"));
            assertThat(gateway.billed(requestId(response)))
                    .isEqualTo(new RunningGateway.Billed(1, 1, tokens, 0));
            JsonNode line = gateway.accessLines(requestId(response)).getFirst();
            assertThat(line.path("input_tokens").asLong()).isEqualTo(tokens);
        }
    }

    @Test
    void moderates() {
        ModerationCreateResponse answer =
                client.moderations()
                        .create(
                                ModerationCreateParams.builder()
                                        .model("m")
                                        .inputOfStrings(List.of("a gate", "violence at the gate"))
                                        .build());

        assertThat(answer.results()).extracting(one -> one.flagged()).containsExactly(false, true);
        assertThat(answer.results().getLast().categories().violence()).isTrue();
        assertThat(answer.results().getLast().categoryScores().violence()).isEqualTo(0.98);
    }

    @Test
    void completes_plainAndStreaming() {
        CompletionCreateParams call =
                CompletionCreateParams.builder().model("m").prompt("Once upon a time").build();
        Completion answer = client.completions().create(call).validate();
        String text = answer.choices().getFirst().text();
        String streamed;
        try (StreamResponse<Completion> stream = client.completions().createStreaming(call)) {
            streamed =
                    stream.stream()
                            .map(part -> part.choices().getFirst().text())
                            .collect(Collectors.joining());
        }

        assertThat(text).startsWith(Said.opening("Once upon a time"));
        assertThat(answer.choices()).isEqualTo(direct.completions().create(call).choices());
        assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(Said.words(text));
        assertThat(streamed).startsWith(Said.opening("Once upon a time"));
    }

    @Test
    void listsTheModelsOfTheCaller() {
        assertThat(client.models().list().data()).extracting(Model::id).contains("m", "team/small");
        OpenAIClient narrow = gateway.client(RunningGateway.NARROW_KEY);

        assertThat(narrow.models().list().data()).extracting(Model::id).containsExactly("m");
    }

    @Test
    void describesAModel_whoseNameHasASlash() {
        assertThat(client.models().retrieve("team/small").validate().id()).isEqualTo("team/small");
    }

    private static void assertBilled(String requestId, CompletionUsage usage) {
        assertThat(gateway.billed(requestId))
                .isEqualTo(
                        new RunningGateway.Billed(
                                1, 1, usage.promptTokens(), usage.completionTokens()));
    }

    private static ChatCompletionCreateParams.Builder chat(String model, String prompt) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(prompt);
    }

    private static ChatCompletionCreateParams.Builder withUsage(
            ChatCompletionCreateParams.Builder call) {
        return call.streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build());
    }

    private static ChatCompletionCreateParams.Builder withTools(
            ChatCompletionCreateParams.Builder call) {
        return call.addFunctionTool(function("get_weather", "city"))
                .addFunctionTool(function("get_time", "zone"));
    }

    private static FunctionDefinition function(String name, String parameter) {
        Map<String, ?> properties = Map.of(parameter, Map.of("type", "string"));
        return FunctionDefinition.builder()
                .name(name)
                .parameters(
                        FunctionParameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty("properties", JsonValue.from(properties))
                                .putAdditionalProperty(
                                        "required", JsonValue.from(List.of(parameter)))
                                .build())
                .build();
    }

    private static Streamed stream(ChatCompletionCreateParams call) {
        try (HttpResponseFor<StreamResponse<ChatCompletionChunk>> response =
                        client.chat().completions().withRawResponse().createStreaming(call);
                StreamResponse<ChatCompletionChunk> stream = response.parse()) {
            return new Streamed(requestId(response), stream.stream().toList());
        }
    }

    private static ChatCompletion.Choice accumulated(
            OpenAIClient from, ChatCompletionCreateParams call) {
        try (StreamResponse<ChatCompletionChunk> stream =
                from.chat().completions().createStreaming(call)) {
            return new Streamed("", stream.stream().toList()).accumulated();
        }
    }

    private static String requestId(HttpResponseFor<?> response) {
        return response.requestId().orElseThrow();
    }

    private static String text(ChatCompletion answer) {
        return answer.choices().getFirst().message().content().orElseThrow();
    }

    private static List<ChatCompletionMessageFunctionToolCall> tools(ChatCompletion.Choice choice) {
        return choice.message().toolCalls().orElseThrow().stream()
                .map(call -> call.asFunction())
                .toList();
    }

    private static List<ChatCompletionMessageFunctionToolCall.Function> functions(
            ChatCompletion.Choice choice) {
        return tools(choice).stream().map(tool -> tool.function()).toList();
    }

    /** The chunks of one stream. */
    private record Streamed(String requestId, List<ChatCompletionChunk> chunks) {

        String text() {
            return chunks.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .flatMap(choice -> choice.delta().content().stream())
                    .collect(Collectors.joining());
        }

        ChatCompletionChunk.Choice.FinishReason finish() {
            return chunks.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .flatMap(choice -> choice.finishReason().stream())
                    .reduce((_, last) -> last)
                    .orElseThrow();
        }

        ChatCompletion.Choice accumulated() {
            ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
            chunks.forEach(accumulator::accumulate);
            return accumulator.chatCompletion().choices().getFirst();
        }

        /** The fragments of the arguments of one call. */
        List<String> arguments(long index) {
            List<String> fragments = new ArrayList<>();
            for (ChatCompletionChunk chunk : chunks) {
                chunk.choices().stream()
                        .flatMap(choice -> choice.delta().toolCalls().stream())
                        .flatMap(List::stream)
                        .filter(call -> call.index() == index)
                        .flatMap(call -> call.function().stream())
                        .flatMap(function -> function.arguments().stream())
                        .forEach(fragments::add);
            }
            return fragments;
        }
    }
}
