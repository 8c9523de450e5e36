package io.sluice.bench.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.azure.AzureOpenAIServiceVersion;
import com.openai.azure.AzureUrlPathMode;
import com.openai.azure.credential.AzureApiKeyCredential;
import com.openai.client.OpenAIClient;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.credential.BearerTokenCredential;
import com.openai.credential.Credential;
import com.openai.errors.NotFoundException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionUsage;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.services.blocking.chat.ChatCompletionService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AzureSdkIT {

    private static final String MODELS =
            """
              - model_name: far
                litellm_params:
                  model: azure/far-deployment
                  api_base: PROVIDER
                  api_version: "2024-06-01"
                  api_key: PROVIDER_KEY
              - model_name: near
                litellm_params:
                  model: openai/near-model
                  api_base: PROVIDER/v1
                  api_key: PROVIDER_KEY
            """;
    private static final String VERSION = "?api-version=2024-10-21";

    @TempDir static Path folder;

    private static RunningGateway gateway;
    private static OpenAIClient client;

    @BeforeAll
    static void start() throws IOException {
        gateway = RunningGateway.start(folder, MODELS);
        client = azure(AzureApiKeyCredential.create(RunningGateway.KEY));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void chatsWithADeployment() {
        try (HttpResponseFor<ChatCompletion> response =
                chat(client).create(params("far").build())) {
            ChatCompletion answer = response.parse().validate();
            JsonNode received = received(response);

            assertThat(text(answer)).startsWith(Said.opening("hello"));
            assertThat(answer.model()).isEqualTo("far-deployment");
            assertThat(received.path("uri").asText())
                    .isEqualTo("/openai/deployments/far-deployment/chat/completions" + VERSION);
            assertThat(received.at("/headers/api-key").asText())
                    .isEqualTo(RunningGateway.PROVIDER_KEY);
            assertThat(received.at("/headers").has("authorization")).isFalse();
            assertThat(received.toString()).doesNotContain(RunningGateway.KEY);
            assertBilled(response, answer.usage().orElseThrow());
        }
    }

    @Test
    void chatsWithAModelOfOpenAi_onItsOwnPath() {
        try (HttpResponseFor<ChatCompletion> response =
                chat(client).create(params("near").build())) {
            ChatCompletion answer = response.parse().validate();
            JsonNode received = received(response);

            assertThat(text(answer)).startsWith(Said.opening("hello"));
            assertThat(answer.model()).isEqualTo("near-model");
            assertThat(received.path("uri").asText()).isEqualTo("/v1/chat/completions");
            assertThat(received.at("/headers/authorization").asText())
                    .isEqualTo("Bearer " + RunningGateway.PROVIDER_KEY);
            assertThat(received.toString()).doesNotContain(RunningGateway.KEY);
        }
    }

    @Test
    void asksForTheTargetsVersion_whereTheCallerNamesNone() {
        OpenAIClient plain = gateway.client(RunningGateway.KEY);
        try (HttpResponseFor<ChatCompletion> response = chat(plain).create(params("far").build())) {
            assertThat(received(response).path("uri").asText())
                    .isEqualTo(
                            "/openai/deployments/far-deployment/chat/completions"
                                    + "?api-version=2024-06-01");
        }
    }

    @Test
    void chatsWithATokenForAKey() {
        OpenAIClient bearer = azure(BearerTokenCredential.create(RunningGateway.KEY));
        try (HttpResponseFor<ChatCompletion> response =
                chat(bearer).create(params("far").build())) {
            assertThat(text(response.parse())).startsWith(Said.opening("hello"));
            assertThat(received(response).at("/headers").has("authorization")).isFalse();
        }
    }

    @Test
    void chatsOnTheUnifiedPath() {
        OpenAIClient unified =
                gateway.client(with ->
                        with.baseUrl(gateway.address() + "/openai/v1")
                                .credential(AzureApiKeyCredential.create(RunningGateway.KEY))
                                .azureUrlPathMode(AzureUrlPathMode.UNIFIED));
        try (HttpResponseFor<ChatCompletion> response =
                chat(unified).create(params("near").build())) {
            assertThat(response.parse().model()).isEqualTo("near-model");
            assertThat(received(response).path("uri").asText()).isEqualTo("/v1/chat/completions");
        }
    }

    @Test
    void streamsChat_withAndWithoutUsage() {
        for (String model : List.of("far", "near")) {
            List<ChatCompletionChunk> bare = stream(params(model).build());
            List<ChatCompletionChunk> counted =
                    stream(
                            params(model)
                                    .streamOptions(
                                            ChatCompletionStreamOptions.builder()
                                                    .includeUsage(true)
                                                    .build())
                                    .build());

            assertThat(joined(bare)).startsWith(Said.opening("hello"));
            assertThat(bare).noneMatch(chunk -> chunk.usage().isPresent());
            assertThat(bare).allMatch(chunk -> chunk.choices().size() == 1);
            assertThat(counted.getLast().choices()).isEmpty();
            assertThat(counted.getLast().usage().orElseThrow().completionTokens())
                    .isEqualTo(Said.words(joined(counted)));
        }
    }

    @Test
    void embeds() {
        EmbeddingCreateParams.Builder call =
                EmbeddingCreateParams.builder().input("river").dimensions(4);
        try (HttpResponseFor<CreateEmbeddingResponse> far =
                        client.embeddings().withRawResponse().create(call.model("far").build());
                HttpResponseFor<CreateEmbeddingResponse> near =
                        client.embeddings().withRawResponse().create(call.model("near").build())) {
            assertThat(far.parse().data().getFirst().embedding())
                    .hasSize(4)
                    .isEqualTo(near.parse().data().getFirst().embedding());
            assertThat(received(far).path("uri").asText())
                    .isEqualTo("/openai/deployments/far-deployment/embeddings" + VERSION);
            assertThat(received(near).path("uri").asText()).isEqualTo("/v1/embeddings");
        }
    }

    @Test
    void responds_andFindsWhatIsStored() {
        for (String model : List.of("far", "near")) {
            ResponseCreateParams call =
                    ResponseCreateParams.builder().model(model).input("hello").build();
            try (HttpResponseFor<Response> raw =
                    client.responses().withRawResponse().create(call)) {
                Response response = raw.parse();
                boolean isAzure = model.equals("far");

                assertThat(Said.text(response)).startsWith(Said.opening("hello"));
                assertThat(received(raw).path("uri").asText())
                        .isEqualTo(isAzure ? "/openai/responses" + VERSION : "/v1/responses");
                assertThat(received(raw).path("body").asText())
                        .contains(isAzure ? "\"far-deployment\"" : "\"near-model\"");
                assertThat(client.responses().retrieve(response.id())).isEqualTo(response);
                assertThat(client.responses().inputItems().list(response.id()).data()).hasSize(1);
                client.responses().delete(response.id());
                assertThatThrownBy(() -> client.responses().retrieve(response.id()))
                        .isInstanceOf(NotFoundException.class);
            }
        }
    }

    @Test
    void streamsAResponse() {
        ResponseCreateParams call =
                ResponseCreateParams.builder().model("far").input("[[chunks=5]]").build();
        try (StreamResponse<ResponseStreamEvent> stream =
                client.responses().createStreaming(call)) {
            List<ResponseStreamEvent> events = stream.stream().toList();

            assertThat(events).filteredOn(event -> event.isOutputTextDelta()).hasSize(5);
            assertThat(events.getLast().completed().orElseThrow().response().usage())
                    .hasValueSatisfying(usage -> assertThat(usage.outputTokens()).isEqualTo(5));
        }
    }

    @Test
    void doesNotFindAnUnknownDeployment() {
        assertThatThrownBy(() -> chat(client).create(params("nowhere").build()))
                .isInstanceOfSatisfying(
                        NotFoundException.class,
                        error -> assertThat(error.code()).hasValue("model_not_found"));
    }

    private static OpenAIClient azure(Credential credential) {
        return gateway.client(with ->
                with.baseUrl(gateway.address())
                        .credential(credential)
                        .azureServiceVersion(AzureOpenAIServiceVersion.getV2024_10_21())
                        .azureUrlPathMode(AzureUrlPathMode.LEGACY));
    }

    private static ChatCompletionCreateParams.Builder params(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage("hello");
    }

    private static ChatCompletionService.WithRawResponse chat(OpenAIClient caller) {
        return caller.chat().completions().withRawResponse();
    }

    private static List<ChatCompletionChunk> stream(ChatCompletionCreateParams call) {
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(call)) {
            return stream.stream().toList();
        }
    }

    private static JsonNode received(HttpResponseFor<?> response) {
        List<JsonNode> received = gateway.received(response.requestId().orElseThrow());
        assertThat(received).hasSize(1);
        return received.getFirst();
    }

    private static void assertBilled(HttpResponseFor<?> response, CompletionUsage usage) {
        assertThat(gateway.billed(response.requestId().orElseThrow()))
                .isEqualTo(
                        new RunningGateway.Billed(
                                1, 1, usage.promptTokens(), usage.completionTokens()));
    }

    private static String text(ChatCompletion answer) {
        return answer.choices().getFirst().message().content().orElseThrow();
    }

    private static String joined(List<ChatCompletionChunk> chunks) {
        return chunks.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .flatMap(choice -> choice.delta().content().stream())
                .collect(Collectors.joining());
    }
}
