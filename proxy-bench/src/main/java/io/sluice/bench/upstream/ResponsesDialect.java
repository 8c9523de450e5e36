package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Responses and their events, after OpenAI's API reference. */
final class ResponsesDialect {

    /*
     * A response is a list of items: reasoning, then calls of functions or a message. Each item
     * knows its events, and they are the same for every item: added, parts of it, done. Events
     * are written by hand where there is one for each token, and by the tree elsewhere.
     */

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> ECHOED =
            List.of(
                    "instructions",
                    "max_output_tokens",
                    "max_tool_calls",
                    "previous_response_id",
                    "prompt_cache_key",
                    "safety_identifier",
                    "user");

    private final ProviderCall call;
    private final JsonNode body;
    private final Reply reply;
    private final String id;
    private final Sse sse;
    private final StoredResponses stored;

    private ResponsesDialect(ProviderCall call, StoredResponses stored) {
        this.call = call;
        this.stored = stored;
        body = call.body();
        reply = Reply.to(call, body.path("input"));
        id = call.id("resp_");
        sse = new Sse(call.knobs());
    }

    static Script answer(ProviderCall call, StoredResponses stored) {
        String previous = call.body().path("previous_response_id").asText("");
        if (!previous.isEmpty() && !previous.equals("null") && !stored.has(previous)) {
            return Scripts.error(
                    400,
                    "Previous response with id '" + previous + "' not found.",
                    "previous_response_id",
                    "previous_response_not_found");
        }
        ResponsesDialect dialect = new ResponsesDialect(call, stored);
        return call.isStream() ? dialect.stream() : dialect.plain();
    }

    private Script plain() {
        ObjectNode response = finished();
        keep(response);
        if (body.path("background").asBoolean()) {
            return Scripts.plain(
                    call, reply.tokens(), response("queued", JSON.arrayNode()).putNull("usage"));
        }
        if (!call.knobs().has(Knob.BYTES) || !reply.tools().isEmpty()) {
            return Scripts.plain(call, reply.tokens(), response);
        }
        ArrayNode output = (ArrayNode) response.path("output");
        output.set(output.size() - 1, message("completed", Scripts.fillMark()));
        long bytes = call.knobs().bytes(Knob.BYTES);
        return Scripts.filled(call, reply.tokens(), response, bytes);
    }

    private Script stream() {
        Sequence events = new Sequence();
        events.once((_, n) -> ofResponse("response.created", started(), n));
        events.once((_, n) -> ofResponse("response.in_progress", started(), n));
        int index = 0;
        if (reply.thoughts().count() > 0) {
            addReasoning(events, index++);
        }
        for (ToolCall tool : reply.tools()) {
            addTool(events, tool, index++);
        }
        if (reply.tools().isEmpty()) {
            addMessage(events, index);
        }
        String last = "response." + status();
        events.once((_, n) -> {
            ObjectNode response = finished();
            keep(response);
            return sse.named(
                    last, event(last, n).set("response", response), reply.unbilledTokens());
        });
        return Scripts.stream(call, reply.tokens(), events);
    }

    private void addReasoning(Sequence events, int index) {
        String item = reasoningId();
        String at = location(item, index, "summary_index");
        Wording text = reply.thoughts();
        events.once((_, n) -> ofItem("response.output_item.added", reasoning(""), index, n));
        events.once((_, n) -> part("response.reasoning_summary_part.added", at, summary(""), n));
        events.times(
                text.count(),
                (i, n) -> delta("response.reasoning_summary_text.delta", at, text.piece(i), n, 1));
        events.once((_, n) -> textDone("response.reasoning_summary_text.done", at, text.text(), n));
        events.once((_, n) ->
                part("response.reasoning_summary_part.done", at, summary(text.text()), n));
        events.once(
                (_, n) -> ofItem("response.output_item.done", reasoning(text.text()), index, n));
    }

    private void addTool(Sequence events, ToolCall tool, int index) {
        String at = "\"item_id\":" + Sse.quoted(tool.itemId()) + ",\"output_index\":" + index;
        Wording arguments = tool.arguments();
        String done = "response.function_call_arguments.done";
        events.once((_, n) ->
                ofItem("response.output_item.added", function(tool, "in_progress", ""), index, n));
        events.times(
                arguments.count(),
                (i, n) ->
                        delta(
                                "response.function_call_arguments.delta",
                                at,
                                arguments.piece(i),
                                n,
                                1));
        events.once(
                (_, n) -> raw(done, at + ",\"arguments\":" + Sse.quoted(arguments.text()), n, 1));
        events.once((_, n) ->
                ofItem(
                        "response.output_item.done",
                        function(tool, "completed", arguments.text()),
                        index,
                        n));
    }

    private void addMessage(Sequence events, int index) {
        String at = location(messageId(), index, "content_index");
        Wording text = reply.choices().getFirst();
        events.once((_, n) -> ofItem("response.output_item.added", emptyMessage(), index, n));
        events.once((_, n) -> part("response.content_part.added", at, outputText(""), n));
        events.times(
                text.count(),
                (i, n) ->
                        delta(
                                "response.output_text.delta",
                                at + ",\"logprobs\":[]",
                                text.piece(i),
                                n,
                                text.tokensPerPiece()));
        events.once((_, n) ->
                textDone("response.output_text.done", at + ",\"logprobs\":[]", text.text(), n));
        events.once((_, n) -> part("response.content_part.done", at, outputText(text.text()), n));
        events.once((_, n) ->
                ofItem("response.output_item.done", message(status(), text.text()), index, n));
    }

    private ObjectNode started() {
        return response("in_progress", JSON.arrayNode()).putNull("usage");
    }

    private ObjectNode finished() {
        ArrayNode output = JSON.arrayNode();
        if (reply.thoughts().count() > 0) {
            output.add(reasoning(reply.thoughts().text()));
        }
        for (ToolCall tool : reply.tools()) {
            output.add(function(tool, "completed", tool.arguments().text()));
        }
        if (reply.tools().isEmpty()) {
            output.add(message(status(), reply.choices().getFirst().text()));
        }
        ObjectNode response = response(status(), output);
        if (isIncomplete()) {
            response.putObject("incomplete_details").put("reason", "max_output_tokens");
        }
        UsageReport.of(call.knobs())
                .putPlain(
                        response,
                        UsageReport.responses(reply.tokens()),
                        UsageReport.responses(Reply.Tokens.ZERO));
        return response;
    }

    private ObjectNode response(String status, ArrayNode output) {
        ObjectNode response = JSON.objectNode();
        response.put("id", id);
        response.put("object", "response");
        response.put("created_at", ChatDialect.CREATED);
        response.put("status", status);
        response.put("background", body.path("background").asBoolean(false));
        response.putNull("error");
        response.putNull("incomplete_details");
        for (String field : ECHOED) {
            response.set(field, body.get(field));
        }
        response.put("model", call.model());
        response.set("output", output);
        response.put("parallel_tool_calls", body.path("parallel_tool_calls").asBoolean(true));
        response.set("reasoning", echoed("reasoning", JSON.objectNode().putNull("effort")));
        response.put("service_tier", "default");
        response.put("store", isStored());
        response.put("temperature", body.path("temperature").asDouble(1.0));
        ObjectNode format = JSON.objectNode();
        format.putObject("format").put("type", "text");
        response.set("text", echoed("text", format));
        response.set("tool_choice", echoed("tool_choice", JSON.textNode("auto")));
        response.set("tools", echoed("tools", JSON.arrayNode()));
        response.put("top_p", body.path("top_p").asDouble(1.0));
        response.put("truncation", "disabled");
        response.set("metadata", echoed("metadata", JSON.objectNode()));
        return response;
    }

    private JsonNode echoed(String field, JsonNode otherwise) {
        return body.hasNonNull(field) ? body.get(field) : otherwise;
    }

    private ObjectNode reasoning(String text) {
        ObjectNode item = JSON.objectNode().put("id", reasoningId()).put("type", "reasoning");
        ArrayNode summary = item.putArray("summary");
        if (!text.isEmpty()) {
            summary.add(summary(text));
        }
        return item;
    }

    private ObjectNode function(ToolCall tool, String status, String arguments) {
        return JSON.objectNode()
                .put("id", tool.itemId())
                .put("type", "function_call")
                .put("status", status)
                .put("arguments", arguments)
                .put("call_id", tool.id())
                .put("name", tool.name());
    }

    private ObjectNode emptyMessage() {
        ObjectNode item = message("in_progress", "");
        item.putArray("content");
        return item;
    }

    private ObjectNode message(String status, String text) {
        ObjectNode item = JSON.objectNode().put("id", messageId()).put("type", "message");
        item.put("status", status).putArray("content").add(outputText(text));
        return item.put("role", "assistant");
    }

    private static ObjectNode outputText(String text) {
        ObjectNode part = JSON.objectNode().put("type", "output_text");
        part.putArray("annotations");
        part.putArray("logprobs");
        return part.put("text", text);
    }

    private static ObjectNode summary(String text) {
        return JSON.objectNode().put("type", "summary_text").put("text", text);
    }

    private static ObjectNode event(String type, int number) {
        return JSON.objectNode().put("type", type).put("sequence_number", number);
    }

    private Step.Send ofResponse(String type, ObjectNode response, int number) {
        return sse.named(type, event(type, number).set("response", response), 0);
    }

    private Step.Send ofItem(String type, ObjectNode item, int index, int number) {
        return sse.named(type, event(type, number).put("output_index", index).set("item", item), 0);
    }

    private Step.Send part(String type, String at, ObjectNode part, int number) {
        return raw(type, at + ",\"part\":" + part, number, 0);
    }

    private Step.Send textDone(String type, String at, String text, int number) {
        return raw(type, at + ",\"text\":" + Sse.quoted(text), number, 0);
    }

    private Step.Send delta(String type, String at, String delta, int number, long tokens) {
        return raw(type, at + ",\"delta\":" + Sse.quoted(delta), number, tokens);
    }

    private Step.Send raw(String type, String members, int number, long tokens) {
        String head = "{\"type\":\"" + type + "\",\"sequence_number\":" + number + ",";
        return sse.named(type, head + members + "}", tokens);
    }

    private static String location(String item, int index, String part) {
        return "\"item_id\":"
                + Sse.quoted(item)
                + ",\"output_index\":"
                + index
                + ",\""
                + part
                + "\":0";
    }

    private String reasoningId() {
        return call.id("rs_");
    }

    private String messageId() {
        return call.id("msg_");
    }

    private boolean isIncomplete() {
        return reply.finish().equals("length");
    }

    private String status() {
        return isIncomplete() ? "incomplete" : "completed";
    }

    private boolean isStored() {
        return body.path("store").asBoolean(true);
    }

    private void keep(ObjectNode response) {
        if (isStored()) {
            stored.keep(response.deepCopy(), body.path("input"));
        }
    }
}
