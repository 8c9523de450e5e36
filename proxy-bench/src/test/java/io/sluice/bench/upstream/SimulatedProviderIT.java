package io.sluice.bench.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedProviderIT {

    private static final String STREAM = "\"stream\":true";
    private static final String WITH_USAGE = "\"stream_options\":{\"include_usage\":true}";

    private final SimulatedProvider provider = SimulatedProvider.start();
    private final Client client = new Client(provider.baseUri());

    @AfterEach
    void close() {
        client.close();
        provider.close();
    }

    @Test
    void answersChat_inOnePiece() {
        HttpResponse<byte[]> response = client.chat("hi");
        JsonNode answer = Client.json(response);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
        assertThat(answer.at("/choices/0/message/content").asText())
                .startsWith("Hello from the built-in upstream.");
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(answer.at("/usage/total_tokens").asLong())
                .isEqualTo(
                        answer.at("/usage/prompt_tokens").asLong()
                                + answer.at("/usage/completion_tokens").asLong());
    }

    @Test
    void showsWhatItReceived() {
        client.post("/v1/embeddings?a=b", "{\"model\":\"m\"}", "X-Mine", "yes");
        JsonNode received = Client.json(client.get("/received"));

        assertThat(received).hasSize(1);
        assertThat(received.at("/0/method").asText()).isEqualTo("POST");
        assertThat(received.at("/0/uri").asText()).isEqualTo("/v1/embeddings?a=b");
        assertThat(received.at("/0/headers/x-mine").asText()).isEqualTo("yes");
        assertThat(received.at("/0/body").asText()).isEqualTo("{\"model\":\"m\"}");
    }

    @Test
    void saysTheSame_toTheSameBody_underAnotherId() {
        JsonNode first = Client.json(client.chat("hi"));
        JsonNode second = Client.json(client.chat("hi"));

        assertThat(second.path("choices")).isEqualTo(first.path("choices"));
        assertThat(second.path("usage")).isEqualTo(first.path("usage"));
        assertThat(second.path("id")).isNotEqualTo(first.path("id"));
    }

    @Test
    void streamsTheTextOfThePlainAnswer() {
        HttpResponse<byte[]> response = client.chat("[[chunks=20]]", STREAM);
        List<JsonNode> events = Client.events(response);

        assertThat(response.headers().firstValue("content-type"))
                .hasValue("text/event-stream; charset=utf-8");
        assertThat(events).hasSize(22);
        assertThat(events.getFirst().at("/choices/0/delta/role").asText()).isEqualTo("assistant");
        assertThat(events.getLast().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(Client.text(response)).endsWith("data: [DONE]\n\n");
    }

    @Test
    void reportsNoUsage_unlessAsked() {
        assertThat(Client.events(client.chat("hi", STREAM))).noneMatch(e -> e.has("usage"));
    }

    @Test
    void reportsUsageInAnEventOfItsOwn_whenAsked() {
        List<JsonNode> events = Client.events(client.chat("[[cached=3]]", STREAM, WITH_USAGE));

        assertThat(events.subList(0, events.size() - 1))
                .allMatch(e -> e.has("usage") && e.path("usage").isNull());
        assertThat(events.getLast().path("choices")).isEmpty();
        assertThat(events.getLast().at("/usage/prompt_tokens_details/cached_tokens").asInt())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"absent,0,0", "null,0,0", "zero,1,1", "last,1,0", "every,7,0", "extra,1,1"})
    void reportsUsage_whereTheKnobSays(String usage, int numbers, int withoutChoices) {
        List<JsonNode> events =
                Client.events(client.chat("[[chunks=5 usage=" + usage + "]]", STREAM, WITH_USAGE));

        assertThat(events.stream().filter(e -> e.path("usage").isObject())).hasSize(numbers);
        assertThat(events.stream().filter(e -> e.path("choices").isEmpty()))
                .hasSize(withoutChoices);
    }

    @Test
    void stopsAtTheLimit() {
        JsonNode answer = Client.json(client.chat("[[chunks=50]]", "\"max_tokens\":7"));

        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("length");
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(7);
    }

    @Test
    void callsFunctionsInParallel_argumentsInFragments() {
        List<JsonNode> events = Client.events(client.chat("[[tool=get_weather,get_time]]", STREAM));
        StringBuilder arguments = new StringBuilder();
        events.forEach(e -> {
            JsonNode call = e.at("/choices/0/delta/tool_calls/0");
            if (call.path("index").asInt(-1) == 1) {
                arguments.append(call.at("/function/arguments").asText());
            }
        });

        assertThat(Client.json(arguments.toString()).isObject()).isTrue();
        assertThat(events.getLast().at("/choices/0/finish_reason").asText())
                .isEqualTo("tool_calls");
    }

    @Test
    void thinks_beforeItSpeaks() {
        JsonNode answer = Client.json(client.chat("[[think=12 chunks=3]]"));

        assertThat(answer.at("/choices/0/message/reasoning_content").asText()).isNotEmpty();
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(15);
        assertThat(answer.at("/usage/completion_tokens_details/reasoning_tokens").asInt())
                .isEqualTo(12);
    }

    @Test
    void givesAsManyChoices_asAsked() {
        JsonNode answer = Client.json(client.chat("hi", "\"n\":3"));

        assertThat(answer.path("choices")).hasSize(3);
    }

    @Test
    void answersCompletions() {
        String body = "{\"model\":\"m\",\"prompt\":\"hi [[chunks=4]]\",\"stream\":true}";
        List<JsonNode> events = Client.events(client.post("/v1/completions", body));

        assertThat(events).hasSize(5);
        assertThat(events.getFirst().path("object").asText()).isEqualTo("text_completion");
    }

    @Test
    void embedsTheSameVector_asFloatsAndAsBase64() {
        String body = "{\"model\":\"e\",\"input\":[\"a\",\"b\"],\"dimensions\":8%s}";
        JsonNode floats = Client.json(client.post("/v1/embeddings", String.format(body, "")));
        JsonNode base64 =
                Client.json(
                        client.post(
                                "/v1/embeddings",
                                String.format(body, ",\"encoding_format\":\"base64\"")));
        byte[] bytes = Base64.getDecoder().decode(base64.at("/data/1/embedding").asText());
        ByteBuffer vector = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

        assertThat(floats.path("data")).hasSize(2);
        assertThat(floats.at("/data/1/embedding/3").floatValue()).isEqualTo(vector.getFloat(12));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/chat/completions",
                "/openai/deployments/gpt%2F4/chat/completions?api-version=2024-10-21",
                "/openai/v1/chat/completions"
            })
    void answersUnderEveryPath(String path) {
        HttpResponse<byte[]> response = client.post(path, Client.chatBody("hi"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(Client.json(response).path("model").asText())
                .isEqualTo(path.contains("deployments") ? "gpt/4" : "m");
    }

    @Test
    void failsFirstAttempts_ofTheSameCall() {
        String body = Client.chatBody("[[fail=503#1 retry_after=2]]");
        String[] id = {"x-request-id", "call-1"};
        HttpResponse<byte[]> first = client.post("/v1/chat/completions", body, id);
        HttpResponse<byte[]> second = client.post("/v1/chat/completions", body, id);

        assertThat(first.statusCode()).isEqualTo(503);
        assertThat(first.headers().firstValue("retry-after")).hasValue("2");
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(provider.books().attempts("call-1").times()).isEqualTo(2);
        assertThat(provider.books().attempts("call-1").completed()).isEqualTo(1);
    }

    @Test
    void refusesUnknownKnobs() {
        HttpResponse<byte[]> response = client.chat("[[tfft=3s]]");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(Client.text(response)).contains("no such knob: tfft");
    }

    @Test
    void billsWhatItReports() {
        JsonNode usage = Client.json(client.chat("[[think=5]]")).path("usage");
        JsonNode books = Client.json(client.get("/books"));

        assertThat(books.path("calls").asInt()).isEqualTo(1);
        assertThat(books.at("/billed/input_tokens")).isEqualTo(usage.path("prompt_tokens"));
        assertThat(books.at("/billed/output_tokens")).isEqualTo(usage.path("completion_tokens"));
    }

    @Test
    void remembersWhatItReceived() {
        client.post("/v1/chat/completions", Client.chatBody("hi"), "x-team", "blue");
        ReceivedRequest received = provider.received().getLast();

        assertThat(received.method()).isEqualTo("POST");
        assertThat(received.header("X-Team")).isEqualTo("blue");
        assertThat(received.bodyText()).isEqualTo(Client.chatBody("hi"));
    }

    @ParameterizedTest
    @ValueSource(ints = {2048, 1_048_576})
    void hasExactlyTheSize_thatIsAsked(int bytes) {
        HttpResponse<byte[]> response = client.chat("[[bytes=" + bytes + "]]");

        assertThat(response.body()).hasSize(bytes);
        assertThat(Client.json(response).at("/choices/0/message/content").asText()).isNotEmpty();
    }
}
