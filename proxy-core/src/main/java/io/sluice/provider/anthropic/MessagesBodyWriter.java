package io.sluice.provider.anthropic;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;
import io.sluice.message.AnswerError;
import io.sluice.message.AnswerIds;
import io.sluice.message.AnswerTerms;
import io.sluice.message.AnswerWriter;
import io.sluice.message.CallMemory;
import io.sluice.message.Dialect;
import io.sluice.message.StopReason;
import io.sluice.message.TextRoom;
import io.sluice.message.TokenCounts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes an answer as one message, at its end. */
public final class MessagesBodyWriter implements AnswerWriter {

    private final AnswerTerms terms;
    private final TokenCounts counts = new TokenCounts();
    private final List<Block> blocks = new ArrayList<>();
    private final List<Block> calls = new ArrayList<>();
    private ByteBuf out = Unpooled.EMPTY_BUFFER;
    private @Nullable JsonText id;
    private @Nullable JsonText model;
    private @Nullable Block open;
    private StopReason reason = StopReason.END;
    private JsonText stopSequence = JsonText.EMPTY;
    private boolean refused;

    public MessagesBodyWriter(AnswerTerms terms) {
        this.terms = terms;
    }

    @Override
    public void to(ByteBuf buf) {
        out = buf;
    }

    @Override
    public void onStart(JsonText answerId, JsonText answering, long createdSeconds) {
        id = answerId.isEmpty() ? null : terms.memory().keep(answerId);
        model = answering.isEmpty() ? null : terms.memory().keep(answering);
    }

    @Override
    public void onText(int choice, JsonText fragment) {
        open(Kind.TEXT).text.append(fragment);
    }

    @Override
    public void onThought(int choice, JsonText fragment) {
        open(Kind.THOUGHT).text.append(fragment);
    }

    @Override
    public void onSignature(int choice, JsonText signature) {
        open(Kind.THOUGHT).second = terms.memory().keep(signature);
        open = null;
    }

    @Override
    public void onSealedThought(int choice, JsonText content) {
        open(Kind.SEALED).text.append(content);
        open = null;
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
        ByteBuf made = terms.memory().buffer();
        MessagesCitations.write(dialect, url, title, cited, whole, new JsonWriter(made));
        JsonText citation =
                new JsonText().set(made.array(), 0, made.writerIndex(), JsonText.Form.JSON);
        open(Kind.TEXT).citations.add(citation);
    }

    @Override
    public void onToolCall(int choice, int index, JsonText callId, JsonText name) {
        open = null;
        Block call = open(Kind.CALL);
        call.first =
                callId.isEmpty()
                        ? JsonText.of(AnswerIds.toolCall("toolu_", terms, choice, index))
                        : terms.memory().keep(AnswerIds.plain(callId));
        call.second = terms.memory().keep(name);
        calls.add(call);
        open = null;
    }

    @Override
    public void onToolArguments(int choice, int index, JsonText fragment) {
        calls.get(index).text.append(fragment);
    }

    @Override
    public void onBlockEnd(int choice) {
        open = null;
    }

    @Override
    public void onLogprobs(int choice, JsonText value) {
        // Nobody who speaks this dialect asks for them.
    }

    @Override
    public void onForeign(int choice, Dialect dialect, JsonText whole) {
        if (dialect == Dialect.ANTHROPIC_MESSAGES) {
            open = null;
            open(Kind.FOREIGN).first = terms.memory().keep(whole);
            open = null;
        }
    }

    @Override
    public void onStop(int choice, StopReason why, JsonText sequence) {
        reason = why;
        stopSequence = terms.memory().keep(sequence);
    }

    @Override
    public void onUsage(TokenCounts used) {
        counts.copyFrom(used);
    }

    @Override
    public void onError(AnswerError error) {
        MessagesErrors.write(error, out);
    }

    @Override
    public void onEnd() {
        JsonWriter json = new JsonWriter(out);
        json.beginObject().name("id");
        json.string(id == null ? JsonText.of(AnswerIds.answer("msg_", terms)) : id);
        json.word("type", "message").word("role", "assistant").name("model");
        json.string(model == null ? JsonText.of(terms.model()) : model);
        json.name("content").beginArray();
        for (Block block : blocks) {
            write(block, json);
        }
        json.endArray();
        StopReason why = refused ? StopReason.REFUSAL : reason;
        json.word("stop_reason", MessagesReasons.word(why, !calls.isEmpty()));
        json.name("stop_sequence");
        if (stopSequence.isEmpty()) {
            json.nul();
        } else {
            json.string(stopSequence);
        }
        json.name("stop_details").nul().name("container").nul().name("usage");
        MessagesUsage.write(counts, json);
        json.endObject();
    }

    private static void write(Block block, JsonWriter json) {
        switch (block.kind) {
            case TEXT -> {
                json.beginObject().word("type", "text").name("text").string(block.text.text());
                json.name("citations");
                if (block.citations.isEmpty()) {
                    json.nul();
                } else {
                    json.beginArray();
                    block.citations.forEach(json::json);
                    json.endArray();
                }
                json.endObject();
            }
            case THOUGHT -> {
                json.beginObject().word("type", "thinking");
                json.name("thinking").string(block.text.text());
                json.name("signature").string(block.second).endObject();
            }
            case SEALED -> {
                json.beginObject().word("type", "redacted_thinking");
                json.name("data").string(block.text.text()).endObject();
            }
            case CALL -> {
                json.beginObject().word("type", "tool_use").name("id").string(block.first);
                json.name("name").string(block.second).name("input");
                writeInput(block.text, json);
                json.name("caller").beginObject().word("type", "direct").endObject().endObject();
            }
            case FOREIGN -> json.json(block.first);
        }
    }

    /** Arguments that are no JSON object, which a model may well produce, are kept as a text. */
    private static void writeInput(TextRoom arguments, JsonWriter json) {
        if (arguments.isEmpty()) {
            json.beginObject().endObject();
        } else if (MessagesBlockWriter.isObject(arguments.text())) {
            json.json(arguments.text());
        } else {
            json.beginObject().name("arguments").string(arguments.text()).endObject();
        }
    }

    private Block open(Kind kind) {
        Block block = open;
        if (block == null || block.kind != kind) {
            block = new Block(kind, terms.memory());
            blocks.add(block);
            open = block;
        }
        return block;
    }

    private enum Kind {
        TEXT,
        THOUGHT,
        SEALED,
        CALL,
        FOREIGN
    }

    private static final class Block {

        private final Kind kind;
        private final TextRoom text;
        private final List<JsonText> citations = new ArrayList<>();
        private JsonText first = JsonText.EMPTY;
        private JsonText second = JsonText.EMPTY;

        Block(Kind kind, CallMemory memory) {
            this.kind = kind;
            text = new TextRoom(memory);
        }
    }
}
