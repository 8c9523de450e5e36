package io.sluice.bench.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResponsesIT {

    private final SimulatedProvider provider = SimulatedProvider.start();
    private final Client client = new Client(provider.baseUri());

    @AfterEach
    void close() {
        client.close();
        provider.close();
    }

    @Test
    void streamsAMessage_fromCreatedToCompleted() {
        List<JsonNode> events = stream("[[chunks=2]]");

        assertThat(types(events))
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        assertThat(events.getLast().at("/response/usage/output_tokens").asInt()).isEqualTo(2);
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("sequence_number").asInt()).isEqualTo(i);
        }
    }

    @Test
    void streamsReasoning_beforeTheMessage() {
        List<JsonNode> events = stream("[[think=2 chunks=1]]");

        assertThat(types(events).subList(2, 9))
                .containsExactly(
                        "response.output_item.added",
                        "response.reasoning_summary_part.added",
                        "response.reasoning_summary_text.delta",
                        "response.reasoning_summary_text.delta",
                        "response.reasoning_summary_text.done",
                        "response.reasoning_summary_part.done",
                        "response.output_item.done");
        assertThat(events.getLast().at("/response/output")).hasSize(2);
    }

    @Test
    void streamsCallsOfFunctions_oneItemEach() {
        List<JsonNode> events = stream("[[tool=a,b]]");
        JsonNode output = events.getLast().at("/response/output");

        assertThat(output.findValuesAsText("name")).containsExactly("a", "b");
        assertThat(types(events)).contains("response.function_call_arguments.done");
    }

    @Test
    void endsIncomplete_atTheLimit() {
        String body = "{\"model\":\"m\",\"input\":\"[[chunks=9]]\",\"max_output_tokens\":4}";
        JsonNode response = Client.json(client.post("/v1/responses", body));

        assertThat(response.path("status").asText()).isEqualTo("incomplete");
        assertThat(response.at("/incomplete_details/reason").asText())
                .isEqualTo("max_output_tokens");
    }

    @Test
    void findsAStoredResponse_untilItIsDeleted() {
        JsonNode made = Client.json(client.post("/v1/responses", body("hi", false)));
        String path = "/v1/responses/" + made.path("id").asText();

        assertThat(Client.json(client.get(path))).isEqualTo(made);
        assertThat(
                        Client.json(client.get(path + "/input_items"))
                                .at("/data/0/content/0/text")
                                .asText())
                .isEqualTo("hi");
        assertThat(client.delete(path).statusCode()).isEqualTo(200);
        assertThat(client.get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void cancelsOnlyWhatRunsInTheBackground() {
        String background = "{\"model\":\"m\",\"input\":\"hi\",\"background\":true}";
        String path = "/v1/responses/";
        String running = Client.json(client.post("/v1/responses", background)).path("id").asText();
        String plain =
                Client.json(client.post("/v1/responses", body("hi", false))).path("id").asText();

        assertThat(Client.json(client.post(path + running + "/cancel", "")).path("status").asText())
                .isEqualTo("cancelled");
        assertThat(client.post(path + plain + "/cancel", "").statusCode()).isEqualTo(400);
    }

    @Test
    void continuesOnlyAResponse_thatItKnows() {
        String body = "{\"model\":\"m\",\"input\":\"hi\",\"previous_response_id\":\"resp_x\"}";

        assertThat(client.post("/v1/responses", body).statusCode()).isEqualTo(400);
    }

    private List<JsonNode> stream(String input) {
        return Client.events(client.post("/v1/responses", body(input, true)));
    }

    private static String body(String input, boolean stream) {
        return "{\"model\":\"m\",\"input\":" + Sse.quoted(input) + ",\"stream\":" + stream + "}";
    }

    private static List<String> types(List<JsonNode> events) {
        return events.stream().map(event -> event.path("type").asText()).toList();
    }
}
