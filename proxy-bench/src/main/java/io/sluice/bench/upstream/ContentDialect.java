package io.sluice.bench.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Contents, after Gemini's API reference: an answer, events, or one array of answers. */
final class ContentDialect {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int DIMENSIONS = 8;

    private final ProviderCall call;
    private final Reply reply;
    private final String id;
    private final Sse sse;
    private final boolean isArray;

    private ContentDialect(ProviderCall call) {
        this.call = call;
        reply = Reply.to(call, call.body().path("messages"));
        id = call.id("");
        sse = new Sse(call.knobs());
        isArray = !call.request().uri().contains("alt=sse");
    }

    /** The answer to a call whose body is in the form of chat completions. */
    static Script answer(ProviderCall call) {
        ContentDialect dialect = new ContentDialect(call);
        return call.isStream() ? dialect.stream() : dialect.plain();
    }

    /** How many tokens a content takes. */
    static Script count(ProviderCall call) {
        long tokens = Prompts.tokens(call.body().path("messages"));
        return Scripts.other(200, "{\"totalTokens\":" + tokens + "}");
    }

    /** Vectors that follow from the body, as many as are asked for. */
    static Script embed(ProviderCall call, JsonNode body) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        if (body.has("requests")) {
            ArrayNode vectors = answer.putArray("embeddings");
            for (int i = 0; i < body.get("requests").size(); i++) {
                values(vectors.addObject(), Seeds.mix(call.seed(), i));
            }
        } else {
            values(answer.putObject("embedding"), call.seed());
        }
        return Scripts.plain(call, Reply.Tokens.ZERO, answer);
    }

    private static void values(ObjectNode vector, long seed) {
        ArrayNode values = vector.putArray("values");
        for (int i = 0; i < DIMENSIONS; i++) {
            values.add(Seeds.fraction(Seeds.mix(seed, i)));
        }
    }

    private Script plain() {
        boolean filled = call.knobs().has(Knob.BYTES);
        ArrayNode parts = JsonNodeFactory.instance.arrayNode();
        if (reply.thoughts().count() > 0) {
            parts.addObject().put("text", reply.thoughts().text()).put("thought", true);
        }
        if (reply.tools().isEmpty()) {
            String text = filled ? Scripts.fillMark() : reply.choices().getFirst().text();
            parts.addObject().put("text", text);
        }
        reply.tools().forEach(tool -> parts.add(functionCall(tool)));
        ObjectNode answer = object(parts, finish(), reply.tokens().output());
        return filled
                ? Scripts.filled(call, reply.tokens(), answer, call.knobs().bytes(Knob.BYTES))
                : Scripts.plain(call, reply.tokens(), answer);
    }

    private Script stream() {
        Sequence events = new Sequence();
        Wording thoughts = reply.thoughts();
        Wording text = reply.choices().getFirst();
        long thought = thoughts.count();
        events.times(
                thoughts.count(), (i, at) -> send(at, text(thoughts, i, true), null, i + 1, 1));
        long each = text.tokensPerPiece();
        events.times(
                text.count(),
                (i, at) -> send(at, text(text, i, false), null, thought + (i + 1) * each, each));
        long said = thought + text.count() * each;
        for (ToolCall tool : reply.tools()) {
            said += tool.tokens();
            long soFar = said;
            ArrayNode parts = JsonNodeFactory.instance.arrayNode().add(functionCall(tool));
            events.once((_, at) -> send(at, parts, null, soFar, tool.tokens()));
        }
        ArrayNode nothing = JsonNodeFactory.instance.arrayNode();
        nothing.addObject().put("text", "");
        long all = reply.tokens().output();
        events.once((_, at) -> send(at, nothing, finish(), all, reply.unbilledTokens()));
        if (!isArray) {
            return Scripts.stream(call, reply.tokens(), events);
        }
        events.once((_, _) -> new Step.Send(Sse.utf8("\n]\n"), 0));
        return Scripts.array(call, reply.tokens(), events);
    }

    private Step.Send send(
            int number, ArrayNode parts, @Nullable String finish, long output, long tokens) {
        String json = object(parts, finish, output).toString();
        return isArray
                ? new Step.Send(Sse.utf8((number == 0 ? "[" : "\n,\r\n") + json), tokens)
                : sse.data(json, tokens);
    }

    private static ArrayNode text(Wording wording, int piece, boolean isThought) {
        ArrayNode parts = JsonNodeFactory.instance.arrayNode();
        ObjectNode part = parts.addObject().put("text", wording.piece(piece));
        if (isThought) {
            part.put("thought", true);
        }
        return parts;
    }

    private static ObjectNode functionCall(ToolCall tool) {
        ObjectNode part = JsonNodeFactory.instance.objectNode();
        try {
            part.putObject("functionCall")
                    .put("name", tool.name())
                    .set("args", MAPPER.readTree(tool.arguments().text().getBytes(UTF_8)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return part;
    }

    private ObjectNode object(ArrayNode parts, @Nullable String finish, long output) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ObjectNode candidate = answer.putArray("candidates").addObject();
        candidate.putObject("content").put("role", "model").set("parts", parts);
        if (finish != null) {
            candidate.put("finishReason", finish);
        }
        candidate.put("index", 0);
        if (UsageReport.of(call.knobs()) != UsageReport.ABSENT) {
            usage(answer.putObject("usageMetadata"), output);
        }
        return answer.put("modelVersion", call.model()).put("responseId", id);
    }

    private void usage(ObjectNode usage, long output) {
        Reply.Tokens tokens = reply.tokens();
        long thought = Math.min(output, tokens.reasoning());
        usage.put("promptTokenCount", tokens.input());
        usage.put("candidatesTokenCount", output - thought);
        usage.put("totalTokenCount", tokens.input() + output);
        if (tokens.cached() > 0) {
            usage.put("cachedContentTokenCount", tokens.cached());
        }
        if (thought > 0) {
            usage.put("thoughtsTokenCount", thought);
        }
        usage.putArray("promptTokensDetails")
                .addObject()
                .put("modality", "TEXT")
                .put("tokenCount", tokens.input());
    }

    private String finish() {
        return switch (reply.finish()) {
            case "stop", "tool_calls" -> "STOP";
            case "length" -> "MAX_TOKENS";
            case "content_filter" -> "SAFETY";
            default -> reply.finish();
        };
    }
}
