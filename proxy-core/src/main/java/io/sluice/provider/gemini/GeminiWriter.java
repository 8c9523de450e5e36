package io.sluice.provider.gemini;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.json.JsonCursor;
import io.sluice.json.JsonText;
import io.sluice.json.JsonType;
import io.sluice.json.JsonWriter;
import io.sluice.json.MalformedJsonException;
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

/** Writes an answer of {@code generateContent}: as events, as one JSON array, or as one body. */
public final class GeminiWriter implements AnswerWriter {

    /*
     * Arguments come whole here, so a call is written when its fragments have come to an end. Why
     * an answer ended is said in its last event, with the usage.
     *
     * A body is made of the same parts, which are gathered for each candidate.
     */

    private static final byte[] EVENT = ascii("data: ");
    private static final byte[] CANDIDATE = ascii("{\"candidates\":[{\"content\":{\"parts\":[");
    private static final byte[] TEXT = ascii("{\"text\":\"");
    private static final byte[] TEXT_END = ascii("\"}");
    private static final byte[] THOUGHT_END = ascii("\",\"thought\":true}");
    private static final byte[] CONTENT_END = ascii("],\"role\":\"model\"}");

    private static final byte[] INDEX = ascii(",\"index\":");

    private final AnswerTerms terms;
    private final TokenCounts counts = new TokenCounts();
    private final List<Candidate> candidates = new ArrayList<>();
    private ByteBuf out = Unpooled.EMPTY_BUFFER;
    private byte[] tail = new byte[0];
    private boolean begun;

    public GeminiWriter(AnswerTerms terms) {
        this.terms = terms;
    }

    @Override
    public void to(ByteBuf buf) {
        out = buf;
    }

    @Override
    public void onStart(JsonText id, JsonText model, long createdSeconds) {
        ByteBuf made = Unpooled.buffer(128);
        JsonWriter json = new JsonWriter(made).name("modelVersion");
        json.string(model.isEmpty() ? JsonText.of(terms.model()) : model);
        json.name("responseId");
        json.string(id.isEmpty() ? JsonText.of(AnswerIds.answer("", terms)) : id);
        json.endObject();
        tail = Arrays.copyOf(made.array(), made.writerIndex());
        candidate(0);
    }

    @Override
    public void onText(int choice, JsonText fragment) {
        text(choice, false, fragment);
    }

    @Override
    public void onThought(int choice, JsonText fragment) {
        candidate(choice).hasThought = true;
        text(choice, true, fragment);
    }

    @Override
    public void onSignature(int choice, JsonText signature) {
        Candidate one = candidate(choice);
        if (!one.hasThought) {
            writeSignature(one);
            one.signature = terms.memory().keep(signature);
            return;
        }
        one.hasThought = false;
        JsonWriter json = beginPart(one);
        json.beginObject().word("text", "").name("thought").bool(true);
        json.name("thoughtSignature").string(signature).endObject();
        endPart(one);
    }

    @Override
    public void onSealedThought(int choice, JsonText content) {
        Candidate one = candidate(choice);
        JsonWriter json = beginPart(one);
        json.beginObject().word("text", "").name("thought").bool(true);
        json.name("thoughtSignature").string(content).endObject();
        endPart(one);
    }

    @Override
    public void onRefusal(int choice, JsonText fragment) {
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
        if (!url.isEmpty()) {
            candidate(choice)
                    .sources
                    .add(new Source(terms.memory().keep(url), terms.memory().keep(title)));
        }
    }

    @Override
    public void onToolCall(int choice, int index, JsonText id, JsonText name) {
        Candidate one = candidate(choice);
        one.hasThought = false;
        while (one.calls.size() <= index) {
            terms.memory().takeObject();
            one.calls.add(new Call(terms.memory()));
        }
        Call call = one.calls.get(index);
        call.id =
                id.isEmpty()
                        ? JsonText.of(AnswerIds.toolCall("call_", terms, choice, index))
                        : terms.memory().keep(id);
        call.name = terms.memory().keep(name);
        call.signature = one.signature;
        one.signature = null;
    }

    @Override
    public void onToolArguments(int choice, int index, JsonText fragment) {
        candidate(choice).calls.get(index).arguments.append(fragment);
    }

    @Override
    public void onBlockEnd(int choice) {
        candidate(choice).hasThought = false;
    }

    @Override
    public void onLogprobs(int choice, JsonText value) {
        // OpenAI's form of them has no place here, and Gemini's own callers do not get this far.
    }

    @Override
    public void onForeign(int choice, Dialect dialect, JsonText whole) {
        // A block that only another dialect knows.
    }

    @Override
    public void onStop(int choice, StopReason reason, JsonText sequence) {
        candidate(choice).reason = reason;
    }

    @Override
    public void onUsage(TokenCounts used) {
        counts.copyFrom(used);
    }

    @Override
    public void onError(AnswerError error) {
        if (terms.stream()) {
            beginEvent();
        }
        GeminiErrors.write(error, out);
        if (terms.stream()) {
            endEvent();
            endStream();
        }
    }

    @Override
    public void onEnd() {
        for (Candidate one : candidates) {
            for (Call call : one.calls) {
                writeCall(one, call);
            }
            writeSignature(one);
            one.closeText();
        }
        if (terms.stream()) {
            beginEvent();
        }
        JsonWriter json = new JsonWriter(out);
        json.beginObject().name("candidates").beginArray();
        for (Candidate one : candidates) {
            writeLast(one, json);
        }
        json.endArray();
        if (counts.isKnown()) {
            json.name("usageMetadata");
            GeminiUsage.write(counts, json);
        }
        out.writeByte(',').writeBytes(tail);
        if (terms.stream()) {
            endEvent();
            endStream();
        }
    }

    private void writeLast(Candidate one, JsonWriter json) {
        json.beginObject().name("content").beginObject().name("parts").beginArray();
        if (one.parts.isReadable()) {
            out.writeBytes(one.parts, 0, one.parts.writerIndex());
        } else if (terms.stream()) {
            json.beginObject().word("text", "").endObject();
        }
        json.endArray().word("role", "model").endObject();
        json.word("finishReason", word(one.reason)).number("index", one.index);
        if (!one.sources.isEmpty()) {
            json.name("groundingMetadata").beginObject().name("groundingChunks").beginArray();
            for (Source source : one.sources) {
                json.beginObject().name("web").beginObject();
                json.name("uri").string(source.url());
                json.name("title").string(source.title()).endObject().endObject();
            }
            json.endArray().endObject();
        }
        json.endObject();
    }

    private static String word(StopReason reason) {
        return switch (reason) {
            case END, STOP_SEQUENCE, TOOL_CALLS, PAUSE -> "STOP";
            case LENGTH -> "MAX_TOKENS";
            case CONTENT_FILTER, REFUSAL -> "SAFETY";
        };
    }

    private void text(int choice, boolean thought, JsonText fragment) {
        Candidate one = candidate(choice);
        writeSignature(one);
        if (!terms.stream()) {
            one.add(thought, fragment);
            return;
        }
        beginEvent();
        out.writeBytes(CANDIDATE);
        out.writeBytes(TEXT);
        fragment.writeInside(out);
        out.writeBytes(thought ? THOUGHT_END : TEXT_END);
        endCandidate(one);
    }

    /** A signature that belongs to no call stands on a text of its own. */
    private void writeSignature(Candidate one) {
        JsonText signature = one.signature;
        if (signature == null) {
            return;
        }
        one.signature = null;
        JsonWriter json = beginPart(one);
        json.beginObject().word("text", "");
        json.name("thoughtSignature").string(signature).endObject();
        endPart(one);
    }

    private void writeCall(Candidate one, Call call) {
        JsonWriter json = beginPart(one);
        json.beginObject().name("functionCall").beginObject();
        json.name("id").string(call.id).name("name").string(call.name).name("args");
        writeArguments(call.arguments, json);
        json.endObject();
        JsonText signature = call.signature;
        if (signature != null) {
            json.name("thoughtSignature").string(signature);
        }
        json.endObject();
        endPart(one);
    }

    private static void writeArguments(TextRoom arguments, JsonWriter json) {
        if (arguments.isEmpty()) {
            json.beginObject().endObject();
        } else if (isObject(arguments.text())) {
            json.json(arguments.text());
        } else {
            json.beginObject().name("arguments").string(arguments.text()).endObject();
        }
    }

    /** Whether a text, or the inside of a string, is one JSON object. */
    static boolean isObject(JsonText text) {
        ByteBuf decoded = Unpooled.buffer(text.length());
        text.writeDecoded(decoded);
        try {
            JsonCursor cursor = new JsonCursor().on(decoded.array(), 0, decoded.writerIndex());
            if (!cursor.is(JsonType.OBJECT)) {
                return false;
            }
            cursor.skip();
            return cursor.isDone();
        } catch (MalformedJsonException e) {
            return false;
        }
    }

    /** Where the next part of a candidate is written: its event, or what is gathered for it. */
    private JsonWriter beginPart(Candidate one) {
        if (terms.stream()) {
            beginEvent();
            out.writeBytes(CANDIDATE);
            return new JsonWriter(out);
        }
        one.closeText();
        if (one.parts.isReadable()) {
            one.parts.writeByte(',');
        }
        return new JsonWriter(one.parts);
    }

    private void endPart(Candidate one) {
        if (terms.stream()) {
            endCandidate(one);
        }
    }

    private void endCandidate(Candidate one) {
        out.writeBytes(CONTENT_END);
        out.writeBytes(INDEX);
        JsonWriter.writeLong(one.index, out);
        out.writeByte('}').writeByte(']').writeByte(',').writeBytes(tail);
        endEvent();
    }

    private void beginEvent() {
        if (terms.jsonArray()) {
            out.writeByte(begun ? ',' : '[');
        } else {
            out.writeBytes(EVENT);
        }
        begun = true;
    }

    private void endEvent() {
        if (!terms.jsonArray()) {
            out.writeByte('\n').writeByte('\n');
        }
    }

    private void endStream() {
        if (terms.jsonArray()) {
            out.writeByte(']');
        }
    }

    private Candidate candidate(int index) {
        while (candidates.size() <= index) {
            candidates.add(new Candidate(candidates.size(), terms.memory()));
        }
        return candidates.get(index);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private record Source(JsonText url, JsonText title) {}

    private static final class Call {

        private final TextRoom arguments;
        private JsonText id = JsonText.EMPTY;
        private JsonText name = JsonText.EMPTY;
        private @Nullable JsonText signature;

        Call(CallMemory memory) {
            arguments = new TextRoom(memory);
        }
    }

    /** What is known of one candidate, and of a body the parts that it has so far. */
    private static final class Candidate {

        private final int index;
        private final ByteBuf parts;
        private final TextRoom text;
        private final List<Call> calls = new ArrayList<>();
        private final List<Source> sources = new ArrayList<>();
        private boolean isThought;
        private boolean hasThought;
        private @Nullable JsonText signature;
        private StopReason reason = StopReason.END;

        Candidate(int index, CallMemory memory) {
            this.index = index;
            parts = memory.buffer();
            text = new TextRoom(memory);
        }

        void add(boolean thought, JsonText fragment) {
            if (thought != isThought) {
                closeText();
                isThought = thought;
            }
            text.append(fragment);
        }

        void closeText() {
            if (text.isEmpty()) {
                return;
            }
            if (parts.isReadable()) {
                parts.writeByte(',');
            }
            JsonWriter json = new JsonWriter(parts).beginObject();
            json.name("text").string(text.text());
            if (isThought) {
                json.name("thought").bool(true);
            }
            json.endObject();
            text.clear();
        }
    }
}
