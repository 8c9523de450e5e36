package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Chat completions, after OpenAI's API reference; reasoning text as DeepSeek has it. */
final class ChatDialect {

    static final long CREATED = 1_767_225_600L;

    private final ProviderCall call;
    private final Reply reply;
    private final UsageReport report;
    private final boolean usageAsked;
    private final String id;
    private final Sse sse;

    private ChatDialect(ProviderCall call) {
        this.call = call;

        reply = Reply.to(call, call.body().path("messages"));
        report = UsageReport.of(call.knobs());
        usageAsked = call.body().path("stream_options").path("include_usage").asBoolean(false);
        id = call.id("chatcmpl-");
        sse = new Sse(call.knobs());
    }

    static Script answer(ProviderCall call) {
        ChatDialect dialect = new ChatDialect(call);
        return call.isStream() ? dialect.stream() : dialect.plain();
    }

    private Script plain() {
        boolean filled = call.knobs().has(Knob.BYTES);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("id", id);
        answer.put("object", "chat.completion");
        answer.put("created", CREATED);
        answer.put("model", call.model());
        ArrayNode choices = answer.putArray("choices");
        for (int i = 0; i < reply.choices().size(); i++) {
            ObjectNode choice = choices.addObject();
            choice.put("index", i);
            message(choice.putObject("message"), i, filled && i == 0);
            choice.putNull("logprobs");
            choice.put("finish_reason", reply.finish());
        }
        report.putPlain(
                answer, UsageReport.chat(reply.tokens()), UsageReport.chat(Reply.Tokens.ZERO));
        answer.put("service_tier", "default");
        answer.put("system_fingerprint", "fp_simulated");
        return filled
                ? Scripts.filled(call, reply.tokens(), answer, call.knobs().bytes(Knob.BYTES))
                : Scripts.plain(call, reply.tokens(), answer);
    }

    private void message(ObjectNode message, int choice, boolean filled) {
        message.put("role", "assistant");
        String text = filled ? Scripts.fillMark() : reply.choices().get(choice).text();
        message.put("content", reply.tools().isEmpty() || filled ? text : null);
        if (reply.thoughts().count() > 0) {
            message.put("reasoning_content", reply.thoughts().text());
        }
        message.putNull("refusal");
        if (!reply.tools().isEmpty()) {
            ArrayNode tools = message.putArray("tool_calls");
            for (ToolCall tool : reply.tools()) {
                ObjectNode node = tools.addObject().put("id", tool.id()).put("type", "function");
                node.putObject("function")
                        .put("name", tool.name())
                        .put("arguments", tool.arguments().text());
            }
        }
    }

    private Script stream() {
        Sequence events = new Sequence();
        long generated = 0;
        for (int i = 0; i < reply.choices().size(); i++) {
            generated = addChoice(events, i, generated);
        }
        if (report.hasEventOfItsOwn(usageAsked)) {
            events.once((_, _) -> sse.data(ownUsage(), 0));
        }
        if (call.knobs().is(Knob.DONE, true)) {
            events.once((_, _) -> sse.data("[DONE]", 0));
        }
        return Scripts.stream(call, reply.tokens(), events);
    }

    private long addChoice(Sequence events, int choice, long before) {
        Wording text = reply.choices().get(choice);
        Wording thoughts = choice == 0 ? reply.thoughts() : reply.thoughts().first(0);
        long perPiece = text.tokensPerPiece();
        long afterThoughts = before + thoughts.count();
        long afterText = afterThoughts + text.count() * perPiece;
        boolean last = choice == reply.choices().size() - 1;
        String role =
                "{\"role\":\"assistant\",\"content\":"
                        + (reply.tools().isEmpty() ? "\"\"" : "null")
                        + ",\"refusal\":null}";
        events.once((_, _) -> delta(choice, role, before, 0));
        events.times(
                thoughts.count(),
                (i, _) ->
                        delta(choice, member("reasoning_content", thoughts, i), before + i + 1, 1));
        events.times(
                text.count(),
                (i, _) ->
                        delta(
                                choice,
                                member("content", text, i),
                                afterThoughts + (i + 1) * perPiece,
                                perPiece));
        long afterTools = addTools(events, choice, afterText);
        long rest = last ? reply.unbilledTokens() : 0;
        events.once((_, _) -> finish(choice, last, afterTools + rest, rest));
        return afterTools;
    }

    private long addTools(Sequence events, int choice, long before) {
        long generated = before;
        for (int t = 0; t < reply.tools().size(); t++) {
            ToolCall tool = reply.tools().get(t);
            int index = t;
            long start = generated + 1;
            events.once((_, _) -> delta(choice, toolHead(index, tool), start, 1));
            events.times(
                    tool.arguments().count(),
                    (i, _) -> delta(choice, toolPart(index, tool, i), start + i + 1, 1));
            generated += tool.tokens();
        }
        return generated;
    }

    private static String member(String name, Wording text, int piece) {
        return "{\"" + name + "\":" + Sse.quoted(text.piece(piece)) + "}";
    }

    private static String toolHead(int index, ToolCall tool) {
        return "{\"tool_calls\":[{\"index\":"
                + index
                + ",\"id\":"
                + Sse.quoted(tool.id())
                + ",\"type\":\"function\",\"function\":{\"name\":"
                + Sse.quoted(tool.name())
                + ",\"arguments\":\"\"}}]}";
    }

    private static String toolPart(int index, ToolCall tool, int piece) {
        return "{\"tool_calls\":[{\"index\":"
                + index
                + ",\"function\":{\"arguments\":"
                + Sse.quoted(tool.arguments().piece(piece))
                + "}}]}";
    }

    private Step.Send delta(int choice, String delta, long generated, long tokens) {
        return sse.data(chunk(choice(choice, delta, null), usage(false, generated)), tokens);
    }

    private Step.Send finish(int choice, boolean last, long generated, long tokens) {
        String body = choice(choice, "{}", reply.finish());
        return sse.data(chunk(body, usage(last, generated)), tokens);
    }

    private String usage(boolean last, long generated) {
        Reply.Tokens whole = reply.tokens();
        long reasoning = Math.min(generated, whole.reasoning());
        return report.member(
                usageAsked,
                last,
                new Reply.Tokens(whole.input(), whole.cached(), generated, reasoning));
    }

    private static String choice(int index, String delta, @Nullable String finish) {
        return "{\"index\":"
                + index
                + ",\"delta\":"
                + delta
                + ",\"logprobs\":null,\"finish_reason\":"
                + (finish == null ? "null" : Sse.quoted(finish))
                + "}";
    }

    private String ownUsage() {
        return chunk("", ",\"usage\":" + report.ofItsOwn(reply.tokens()));
    }

    private String chunk(String choices, String usage) {
        return "{\"id\":\""
                + id
                + "\",\"object\":\"chat.completion.chunk\",\"created\":"
                + CREATED
                + ",\"model\":"
                + Sse.quoted(call.model())
                + ",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_simulated\""
                + ",\"choices\":["
                + choices
                + "]"
                + usage
                + "}";
    }
}
