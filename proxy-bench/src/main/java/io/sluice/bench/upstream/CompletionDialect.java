package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Completions of plain text, after OpenAI's API reference. */
final class CompletionDialect {

    private final ProviderCall call;
    private final Reply reply;
    private final UsageReport report;
    private final boolean usageAsked;
    private final String id;
    private final Sse sse;

    private CompletionDialect(ProviderCall call) {
        this.call = call;
        reply = Reply.to(call, call.body().path("prompt"));
        report = UsageReport.of(call.knobs());
        usageAsked = call.body().path("stream_options").path("include_usage").asBoolean(false);
        id = call.id("cmpl-");
        sse = new Sse(call.knobs());
    }

    static Script answer(ProviderCall call) {
        CompletionDialect dialect = new CompletionDialect(call);
        return call.isStream() ? dialect.stream() : dialect.plain();
    }

    private Script plain() {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("id", id);
        answer.put("object", "text_completion");
        answer.put("created", ChatDialect.CREATED);
        answer.put("model", call.model());
        ArrayNode choices = answer.putArray("choices");
        for (int i = 0; i < reply.choices().size(); i++) {
            choices.addObject()
                    .put("text", reply.choices().get(i).text())
                    .put("index", i)
                    .putNull("logprobs")
                    .put("finish_reason", reply.finish());
        }
        report.putPlain(
                answer, UsageReport.chat(reply.tokens()), UsageReport.chat(Reply.Tokens.ZERO));
        return Scripts.plain(call, reply.tokens(), answer);
    }

    private Script stream() {
        Sequence events = new Sequence();
        long generated = 0;
        for (int c = 0; c < reply.choices().size(); c++) {
            generated = addChoice(events, c, generated);
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
        long perPiece = text.tokensPerPiece();
        long after = before + text.count() * perPiece;
        boolean last = choice == reply.choices().size() - 1;
        long rest = last ? reply.unbilledTokens() : 0;
        events.times(
                text.count(),
                (i, _) -> {
                    String usage = usage(false, before + (i + 1) * perPiece);
                    return sse.data(chunk(choice(choice, text.piece(i), null), usage), perPiece);
                });
        events.once((_, _) -> {
            String usage = usage(last, after + rest);
            return sse.data(chunk(choice(choice, "", reply.finish()), usage), rest);
        });
        return after;
    }

    private String usage(boolean last, long generated) {
        Reply.Tokens whole = reply.tokens();
        return report.member(
                usageAsked, last, new Reply.Tokens(whole.input(), whole.cached(), generated, 0));
    }

    private String ownUsage() {
        return chunk("", ",\"usage\":" + report.ofItsOwn(reply.tokens()));
    }

    private static String choice(int index, String text, @Nullable String finish) {
        return "{\"text\":"
                + Sse.quoted(text)
                + ",\"index\":"
                + index
                + ",\"logprobs\":null,\"finish_reason\":"
                + (finish == null ? "null" : Sse.quoted(finish))
                + "}";
    }

    private String chunk(String choices, String usage) {
        return "{\"id\":\""
                + id
                + "\",\"object\":\"text_completion\",\"created\":"
                + ChatDialect.CREATED
                + ",\"choices\":["
                + choices
                + "],\"model\":"
                + Sse.quoted(call.model())
                + usage
                + "}";
    }
}
