package io.sluice.provider.anthropic;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.json.JsonBalance;
import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;
import io.sluice.message.AnswerError;
import io.sluice.message.AnswerIds;
import io.sluice.message.AnswerTerms;
import io.sluice.message.AnswerWriter;
import io.sluice.message.Dialect;
import io.sluice.message.StopReason;
import io.sluice.message.TokenCounts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes an answer as the events of a streamed message. */
public final class MessagesStreamWriter implements AnswerWriter {

    /*
     * One block is open at a time. A tool's block closes when the next one opens, but only if its
     * arguments are whole by then: providers that weave the arguments of parallel calls get blocks
     * that overlap, which the dialect allows since each delta says which block it belongs to.
     *
     * There is one choice here; others are asked for by nobody who speaks this dialect.
     */

    private static final byte[] DELTA =
            ascii(
                    "event: content_block_delta\n"
                            + "data: {\"type\":\"content_block_delta\",\"index\":");
    private static final byte[] TEXT = ascii(",\"delta\":{\"type\":\"text_delta\",\"text\":\"");
    private static final byte[] THOUGHT =
            ascii(",\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"");
    private static final byte[] SIGNATURE =
            ascii(",\"delta\":{\"type\":\"signature_delta\",\"signature\":\"");
    private static final byte[] INPUT =
            ascii(",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"");
    private static final byte[] DELTA_END = ascii("\"}}\n\n");
    private static final byte[] START =
            ascii(
                    "event: content_block_start\n"
                            + "data: {\"type\":\"content_block_start\",\"index\":");
    private static final byte[] START_TEXT =
            ascii(",\"content_block\":{\"type\":\"text\",\"text\":\"\",\"citations\":null}}\n\n");
    private static final byte[] START_THOUGHT =
            ascii(
                    ",\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\","
                            + "\"signature\":\"\"}}\n\n");
    private static final byte[] STOP =
            ascii("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":");
    private static final byte[] STOP_END = ascii("}\n\n");
    private static final byte[] END =
            ascii("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");

    private enum Open {
        NOTHING,
        TEXT,
        THOUGHT
    }

    private final AnswerTerms terms;
    private final TokenCounts counts = new TokenCounts();
    private final List<Call> calls = new ArrayList<>();
    private ByteBuf out = Unpooled.EMPTY_BUFFER;
    private Open open = Open.NOTHING;
    private int block;
    private int blocks;
    private StopReason reason = StopReason.END;
    private JsonText stopSequence = JsonText.EMPTY;
    private boolean refused;

    public MessagesStreamWriter(AnswerTerms terms) {
        this.terms = terms;
    }

    @Override
    public void to(ByteBuf buf) {
        out = buf;
    }

    @Override
    public void onStart(JsonText id, JsonText model, long createdSeconds) {
        JsonWriter json = event("message_start").name("message").beginObject().name("id");
        if (id.isEmpty()) {
            json.string(AnswerIds.answer("msg_", terms));
        } else {
            json.string(id);
        }
        json.word("type", "message").word("role", "assistant").name("model");
        if (model.isEmpty()) {
            json.string(terms.model());
        } else {
            json.string(model);
        }
        json.name("content").beginArray().endArray();
        json.name("stop_reason").nul().name("stop_sequence").nul();
        json.name("stop_details").nul().name("container").nul().name("usage");
        MessagesUsage.write(counts, json);
        json.endObject();
        end(json);
    }

    @Override
    public void onText(int choice, JsonText fragment) {
        open(Open.TEXT, START_TEXT);
        delta(block, TEXT, fragment);
    }

    @Override
    public void onThought(int choice, JsonText fragment) {
        open(Open.THOUGHT, START_THOUGHT);
        delta(block, THOUGHT, fragment);
    }

    @Override
    public void onSignature(int choice, JsonText signature) {
        open(Open.THOUGHT, START_THOUGHT);
        delta(block, SIGNATURE, signature);
        close();
    }

    @Override
    public void onSealedThought(int choice, JsonText content) {
        close();
        JsonWriter json = startBlock(blocks);
        json.beginObject().word("type", "redacted_thinking");
        json.name("data").string(content).endObject();
        end(json);
        stop(blocks++);
    }

    @Override
    public void onRefusal(int choice, JsonText fragment) {
        refused = true;
        onText(choice, fragment);
    }

    @Override
    public void onCitation(
            int choice,
            Dialect dialect,
            JsonText url,
            JsonText title,
            JsonText cited,
            JsonText whole) {
        open(Open.TEXT, START_TEXT);
        JsonWriter json = event("content_block_delta").number("index", block);
        json.name("delta").beginObject().word("type", "citations_delta").name("citation");
        MessagesCitations.write(dialect, url, title, cited, whole, json);
        json.endObject();
        end(json);
    }

    @Override
    public void onToolCall(int choice, int index, JsonText id, JsonText name) {
        close();
        for (Call call : calls) {
            if (call.open && call.balance.isComplete()) {
                stop(call);
            }
        }
        terms.memory().takeObject();
        Call call = new Call(blocks++);
        calls.add(call);
        JsonWriter json = startBlock(call.block);
        json.beginObject().word("type", "tool_use").name("id");
        if (id.isEmpty()) {
            json.string(AnswerIds.toolCall("toolu_", terms, choice, index));
        } else {
            json.string(AnswerIds.plain(id));
        }
        json.name("name").string(name).name("input").beginObject().endObject();
        json.name("caller").beginObject().word("type", "direct").endObject().endObject();
        end(json);
    }

    @Override
    public void onToolArguments(int choice, int index, JsonText fragment) {
        Call call = calls.get(index);
        call.balance.add(fragment);
        delta(call.block, INPUT, fragment);
    }

    @Override
    public void onBlockEnd(int choice) {
        close();
    }

    @Override
    public void onLogprobs(int choice, JsonText value) {
        // Nobody who speaks this dialect asks for them.
    }

    @Override
    public void onForeign(int choice, Dialect dialect, JsonText whole) {
        if (dialect != Dialect.ANTHROPIC_MESSAGES) {
            return;
        }
        close();
        JsonWriter json = startBlock(blocks);
        json.json(whole);
        end(json);
        stop(blocks++);
    }

    @Override
    public void onStop(int choice, StopReason why, JsonText sequence) {
        reason = why;
        if (!sequence.isEmpty()) {
            stopSequence = terms.memory().keep(sequence);
        }
    }

    @Override
    public void onUsage(TokenCounts used) {
        counts.copyFrom(used);
    }

    @Override
    public void onError(AnswerError error) {
        out.writeBytes(ascii("event: error\ndata: "));
        MessagesErrors.write(error, out);
        out.writeBytes(ascii("\n\n"));
    }

    @Override
    public void onEnd() {
        close();
        for (Call call : calls) {
            if (call.open) {
                stop(call);
            }
        }
        JsonWriter json = event("message_delta").name("delta").beginObject();
        StopReason why = refused ? StopReason.REFUSAL : reason;
        json.word("stop_reason", MessagesReasons.word(why, !calls.isEmpty()));
        json.name("stop_sequence");
        if (stopSequence.isEmpty()) {
            json.nul();
        } else {
            json.string(stopSequence);
        }
        json.endObject().name("usage");
        MessagesUsage.writeFinal(counts, json);
        end(json);
        out.writeBytes(END);
    }

    private void open(Open kind, byte[] start) {
        if (open == kind) {
            return;
        }
        close();
        block = blocks++;
        out.writeBytes(START);
        JsonWriter.writeLong(block, out);
        out.writeBytes(start);
        open = kind;
    }

    private void close() {
        if (open != Open.NOTHING) {
            stop(block);
            open = Open.NOTHING;
        }
    }

    private void stop(Call call) {
        call.open = false;
        stop(call.block);
    }

    private void stop(int index) {
        out.writeBytes(STOP);
        JsonWriter.writeLong(index, out);
        out.writeBytes(STOP_END);
    }

    private void delta(int index, byte[] kind, JsonText fragment) {
        out.writeBytes(DELTA);
        JsonWriter.writeLong(index, out);
        out.writeBytes(kind);
        fragment.writeInside(out);
        out.writeBytes(DELTA_END);
    }

    private JsonWriter startBlock(int index) {
        return event("content_block_start").number("index", index).name("content_block");
    }

    private JsonWriter event(String type) {
        out.writeBytes(ascii("event: " + type + "\ndata: "));
        return new JsonWriter(out).beginObject().word("type", type);
    }

    private void end(JsonWriter json) {
        json.endObject();
        out.writeByte('\n').writeByte('\n');
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static final class Call {

        private final int block;
        private final JsonBalance balance = new JsonBalance();
        private boolean open = true;

        Call(int block) {
            this.block = block;
        }
    }
}
