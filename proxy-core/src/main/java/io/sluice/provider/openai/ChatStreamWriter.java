package io.sluice.provider.openai;

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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes an answer as the chunks of a streamed chat completion. */
public final class ChatStreamWriter implements AnswerWriter {

    /*
     * What all chunks of an answer have in common is made once and copied into each. A thought is
     * streamed as `reasoning_content`; where it turns out to be signed, the whole of it follows
     * with its signature as one of `thinking_blocks`, which the caller may send back.
     */

    private static final byte[] DONE = ascii("data: [DONE]\n\n");
    private static final byte[] EVENT = ascii("data: ");
    private static final byte[] CHOICE = ascii("\"choices\":[{\"index\":");
    private static final byte[] DELTA = ascii(",\"delta\":{");
    private static final byte[] CONTENT = ascii("\"content\":\"");
    private static final byte[] THOUGHT = ascii("\"reasoning_content\":\"");
    private static final byte[] REFUSAL = ascii("\"refusal\":\"");
    private static final byte[] QUOTE = ascii("\"");
    private static final byte[] UNFINISHED = ascii("},\"finish_reason\":null}]");
    private static final byte[] ROLE =
            ascii("\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]");
    private static final byte[] NO_USAGE = ascii(",\"usage\":null}\n\n");
    private static final byte[] NO_MORE = ascii("}\n\n");
    private static final byte[] CALL = ascii("\"tool_calls\":[{\"index\":");
    private static final byte[] CALL_ARGUMENTS = ascii(",\"function\":{\"arguments\":\"");
    private static final byte[] CALL_END = ascii("\"}}]");

    private final AnswerTerms terms;
    private final byte[] end;
    private final TokenCounts counts = new TokenCounts();
    private final List<Choice> choices = new ArrayList<>();
    private final JsonWriter json;
    private ByteBuf out = Unpooled.EMPTY_BUFFER;
    private byte[] head = EVENT;

    public ChatStreamWriter(AnswerTerms terms) {
        this.terms = terms;
        end = terms.includeUsage() ? NO_USAGE : NO_MORE;
        json = new JsonWriter(out);
    }

    @Override
    public void to(ByteBuf buf) {
        out = buf;
    }

    @Override
    public void onStart(JsonText id, JsonText model, long createdSeconds) {
        ByteBuf made = Unpooled.buffer(256);
        made.writeBytes(EVENT);
        JsonWriter start = new JsonWriter(made);
        start.beginObject().name("id");
        if (id.isEmpty()) {
            start.string(AnswerIds.answer("chatcmpl-", terms));
        } else {
            start.string(id);
        }
        start.word("object", "chat.completion.chunk");
        start.number("created", createdSeconds < 0 ? terms.createdSeconds() : createdSeconds);
        start.name("model");
        if (model.isEmpty()) {
            start.string(terms.model());
        } else {
            start.string(model);
        }
        made.writeByte(',');
        head = Arrays.copyOf(made.array(), made.writerIndex());
        choice(0);
    }

    @Override
    public void onText(int choice, JsonText fragment) {
        choice(choice).characters += characters(fragment);
        string(choice, CONTENT, fragment);
    }

    @Override
    public void onThought(int choice, JsonText fragment) {
        choice(choice).thought.append(fragment);
        string(choice, THOUGHT, fragment);
    }

    @Override
    public void onSignature(int choice, JsonText signature) {
        Choice one = choice(choice);
        if (one.thought.isEmpty()) {
            flushSignature(one);
            one.signature = terms.memory().keep(signature);
            return;
        }
        writeThought(one, signature);
    }

    /** A signature that belonged to no call behind it. */
    private void flushSignature(Choice one) {
        JsonText signature = one.signature;
        if (signature != null) {
            one.signature = null;
            writeThought(one, signature);
        }
    }

    private void writeThought(Choice one, JsonText signature) {
        TextRoom thought = one.thought;
        begin(one.index);
        json.on(out).name("thinking_blocks").beginArray().beginObject();
        json.word("type", "thinking").name("thinking").string(thought.text());
        json.name("signature").string(signature).endObject().endArray();
        finish();
        thought.clear();
    }

    @Override
    public void onSealedThought(int choice, JsonText content) {
        begin(choice(choice).index);
        json.on(out).name("thinking_blocks").beginArray().beginObject();
        json.word("type", "redacted_thinking").name("data").string(content);
        json.endObject().endArray();
        finish();
    }

    @Override
    public void onRefusal(int choice, JsonText fragment) {
        string(choice, REFUSAL, fragment);
    }

    @Override
    public void onCitation(
            int choice,
            Dialect dialect,
            JsonText url,
            JsonText title,
            JsonText cited,
            JsonText whole) {
        Choice one = choice(choice);
        begin(choice);
        json.on(out);
        if (url.isEmpty()) {
            json.name("provider_specific_fields").beginObject();
            json.name("citation").json(whole).endObject();
        } else {
            json.name("annotations").beginArray();
            ChatAnnotations.write(url, title, one.blockStart, one.characters, json);
            json.endArray();
        }
        finish();
    }

    @Override
    public void onToolCall(int choice, int index, JsonText id, JsonText name) {
        Choice one = choice(choice);
        JsonText signature = one.signature;
        one.signature = null;
        begin(one.index);
        json.on(out).name("tool_calls").beginArray().beginObject();
        json.number("index", index).name("id");
        if (id.isEmpty()) {
            json.string(AnswerIds.toolCall("call_", terms, choice, index));
        } else {
            json.string(id);
        }
        json.word("type", "function").name("function").beginObject();
        json.name("name").string(name).word("arguments", "").endObject();
        if (signature != null) {
            ChatAnnotations.writeSignature(signature, json);
        }
        json.endObject().endArray();
        finish();
    }

    @Override
    public void onToolArguments(int choice, int index, JsonText fragment) {
        begin(choice);
        out.writeBytes(CALL);
        JsonWriter.writeLong(index, out);
        out.writeBytes(CALL_ARGUMENTS);
        fragment.writeInside(out);
        out.writeBytes(CALL_END);
        finish();
    }

    @Override
    public void onBlockEnd(int choice) {
        Choice one = choice(choice);
        one.thought.clear();
        one.blockStart = one.characters;
    }

    @Override
    public void onLogprobs(int choice, JsonText value) {
        begin(choice(choice).index);
        out.writeBytes(ascii("},\"logprobs\":"));
        json.on(out).json(value);
        out.writeBytes(ascii(",\"finish_reason\":null}]"));
        out.writeBytes(end);
    }

    @Override
    public void onForeign(int choice, Dialect dialect, JsonText whole) {
        begin(choice(choice).index);
        json.on(out).name("provider_specific_fields").beginObject();
        json.name(dialect.wireName()).json(whole).endObject();
        finish();
    }

    @Override
    public void onStop(int choice, StopReason reason, JsonText sequence) {
        Choice one = choice(choice);
        if (one.stopped) {
            return;
        }
        one.stopped = true;
        flushSignature(one);
        begin(choice);
        out.writeBytes(ascii("},\"finish_reason\":\""));
        out.writeBytes(ascii(ChatReasons.word(reason)));
        out.writeBytes(ascii("\"}]"));
        out.writeBytes(end);
    }

    @Override
    public void onUsage(TokenCounts used) {
        counts.copyFrom(used);
    }

    @Override
    public void onError(AnswerError error) {
        out.writeBytes(EVENT);
        ChatErrors.write(error, out);
        out.writeBytes(ascii("\n\n"));
    }

    @Override
    public void onEnd() {
        for (Choice choice : choices) {
            onStop(choice.index, StopReason.END, JsonText.EMPTY);
        }
        if (terms.includeUsage() && counts.isKnown()) {
            out.writeBytes(head);
            json.on(out).name("choices").beginArray().endArray().name("usage");
            ChatUsage.write(counts, json);
            out.writeBytes(NO_MORE);
        }
        out.writeBytes(DONE);
    }

    private void string(int choice, byte[] field, JsonText fragment) {
        begin(choice(choice).index);
        out.writeBytes(field);
        fragment.writeInside(out);
        out.writeBytes(QUOTE);
        finish();
    }

    private void begin(int choice) {
        out.writeBytes(head);
        out.writeBytes(CHOICE);
        JsonWriter.writeLong(choice, out);
        out.writeBytes(DELTA);
    }

    private void finish() {
        out.writeBytes(UNFINISHED);
        out.writeBytes(end);
    }

    /** The choice, which is begun by the role that speaks. */
    private Choice choice(int index) {
        while (choices.size() <= index) {
            choices.add(new Choice(choices.size(), terms.memory()));
            begin(choices.size() - 1);
            out.writeBytes(ROLE);
            out.writeBytes(end);
        }
        return choices.get(index);
    }

    /** How many characters a fragment stands for, near enough: an escape counts as one. */
    private static int characters(JsonText fragment) {
        int count = 0;
        byte[] bytes = fragment.bytes();
        int i = fragment.from();
        while (i < fragment.to()) {
            byte b = bytes[i];
            boolean escaped = b == '\\' && i + 1 < fragment.to();
            i += escaped ? bytes[i + 1] == 'u' ? 6 : 2 : 1;
            count += (b & 0xC0) == 0x80 ? 0 : 1;
        }
        return count;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static final class Choice {

        private final int index;
        private final TextRoom thought;
        private int characters;
        private int blockStart;
        private boolean stopped;
        private @Nullable JsonText signature;

        Choice(int index, CallMemory memory) {
            this.index = index;
            thought = new TextRoom(memory);
        }
    }
}
