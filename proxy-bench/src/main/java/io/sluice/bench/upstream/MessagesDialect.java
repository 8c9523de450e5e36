package io.sluice.bench.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Messages, after Anthropic's API reference. */
final class MessagesDialect {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SIGNATURE = "c2lnbmF0dXJlLW9mLXRoZS1zaW11bGF0ZWQtbW9kZWw=";

    private final ProviderCall call;
    private final Reply reply;
    private final String id;
    private final Sse sse;

    private MessagesDialect(ProviderCall call) {
        this.call = call;
        reply = Reply.to(call, call.body().path("messages"));
        id = call.id("msg_");
        sse = new Sse(call.knobs());
    }

    /** The answer to a call whose body is in the form of chat completions. */
    static Script answer(ProviderCall call) {
        MessagesDialect dialect = new MessagesDialect(call);
        return call.isStream() ? dialect.stream() : dialect.plain();
    }

    /** How many tokens a message takes. */
    static Script count(ProviderCall call) {
        long tokens = Prompts.tokens(call.body().path("messages"));
        return Scripts.other(200, "{\"input_tokens\":" + tokens + "}");
    }

    private Script plain() {
        boolean filled = call.knobs().has(Knob.BYTES);
        ObjectNode answer = message();
        ArrayNode content = (ArrayNode) answer.get("content");
        if (reply.thoughts().count() > 0) {
            content.addObject()
                    .put("type", "thinking")
                    .put("thinking", reply.thoughts().text())
                    .put("signature", SIGNATURE);
        }
        if (reply.tools().isEmpty()) {
            String text = filled ? Scripts.fillMark() : reply.choices().getFirst().text();
            content.addObject().put("type", "text").put("text", text);
        }
        for (ToolCall tool : reply.tools()) {
            toolUse(content.addObject(), tool).set("input", parsed(tool.arguments().text()));
        }
        answer.put("stop_reason", stopReason());
        usage(answer, reply.tokens().output());
        return filled
                ? Scripts.filled(call, reply.tokens(), answer, call.knobs().bytes(Knob.BYTES))
                : Scripts.plain(call, reply.tokens(), answer);
    }

    private Script stream() {
        Sequence events = new Sequence();
        ObjectNode start = event("message_start");
        ObjectNode message = message();
        usage(message, 1);
        start.set("message", message);
        events.once((_, _) -> sse.named("message_start", start, 0));
        events.once((_, _) -> sse.named("ping", event("ping"), 0));
        int block = 0;
        if (reply.thoughts().count() > 0) {
            ObjectNode thinking = JsonNodeFactory.instance.objectNode();
            thinking.put("type", "thinking").put("thinking", "").put("signature", "");
            add(events, block, thinking, "thinking_delta", "thinking", reply.thoughts());
            int index = block++;
            events.once((_, _) -> delta(index, "signature_delta", "signature", SIGNATURE, 0));
            events.once((_, _) -> stop(index));
        }
        if (reply.tools().isEmpty()) {
            ObjectNode text = JsonNodeFactory.instance.objectNode();
            text.put("type", "text").put("text", "");
            add(events, block, text, "text_delta", "text", reply.choices().getFirst());
            int index = block++;
            events.once((_, _) -> stop(index));
        }
        for (ToolCall tool : reply.tools()) {
            ObjectNode use = toolUse(JsonNodeFactory.instance.objectNode(), tool);
            use.putObject("input");
            add(events, block, use, "input_json_delta", "partial_json", tool.arguments());
            int index = block++;
            events.once((_, _) -> stop(index));
        }
        ObjectNode last = event("message_delta");
        last.putObject("delta").put("stop_reason", stopReason()).putNull("stop_sequence");
        usage(last, reply.tokens().output());
        events.once((_, _) -> sse.named("message_delta", last, reply.unbilledTokens()));
        if (call.knobs().is(Knob.DONE, true)) {
            events.once((_, _) -> sse.named("message_stop", event("message_stop"), 0));
        }
        return Scripts.stream(call, reply.tokens(), events);
    }

    /** A block without its end; of a tool its head is billed, of a text each piece. */
    private void add(
            Sequence events,
            int index,
            ObjectNode block,
            String type,
            String field,
            Wording pieces) {
        ObjectNode start = event("content_block_start").put("index", index);
        start.set("content_block", block);
        long head = field.equals("partial_json") ? 1 : 0;
        events.once((_, _) -> sse.named("content_block_start", start, head));
        events.times(
                pieces.count(),
                (i, _) -> delta(index, type, field, pieces.piece(i), pieces.tokensPerPiece()));
    }

    private Step.Send delta(int index, String type, String field, String piece, long tokens) {
        ObjectNode delta = event("content_block_delta").put("index", index);
        delta.putObject("delta").put("type", type).put(field, piece);
        return sse.named("content_block_delta", delta, tokens);
    }

    private Step.Send stop(int index) {
        return sse.named("content_block_stop", event("content_block_stop").put("index", index), 0);
    }

    private ObjectNode message() {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("id", id).put("type", "message").put("role", "assistant");
        message.put("model", call.model());
        message.putArray("content");
        return message.putNull("stop_reason").putNull("stop_sequence");
    }

    private static ObjectNode toolUse(ObjectNode block, ToolCall tool) {
        return block.put("type", "tool_use").put("id", tool.id()).put("name", tool.name());
    }

    private void usage(ObjectNode answer, long output) {
        Reply.Tokens tokens = reply.tokens();
        if (UsageReport.of(call.knobs()) == UsageReport.ABSENT) {
            return;
        }
        answer.putObject("usage")
                .put("input_tokens", tokens.input() - tokens.cached())
                .put("cache_creation_input_tokens", 0)
                .put("cache_read_input_tokens", tokens.cached())
                .put("output_tokens", output)
                .put("service_tier", "standard");
    }

    private String stopReason() {
        return switch (reply.finish()) {
            case "stop" -> "end_turn";
            case "length" -> "max_tokens";
            case "tool_calls" -> "tool_use";
            default -> reply.finish();
        };
    }

    private static ObjectNode event(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private static JsonNode parsed(String json) {
        try {
            return MAPPER.readTree(json.getBytes(UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
