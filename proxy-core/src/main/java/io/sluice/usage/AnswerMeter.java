package io.sluice.usage;

import io.netty.buffer.ByteBuf;
import io.sluice.json.JsonPaths;
import io.sluice.json.PathScanner;
import io.sluice.json.TextSample;
import io.sluice.message.TokenCounts;
import io.sluice.sse.EventScanner;
import org.jspecify.annotations.Nullable;

/**
 * Watches one answer go by: what it used, its id and model, how it ends.
 *
 * <p>Fed the answer's payload in order, cut anywhere; what it says does not depend on the cut.
 * Nothing that a provider sends makes it throw: a garbled event says nothing, and the next one is
 * read again. Made once for each exchange slot and reused through {@link #start}; allocates nothing
 * while it scans. Confined to one event loop.
 */
public final class AnswerMeter {

    /*
     * What is malformed says nothing, since its values cannot be trusted. What is merely cut off at
     * the end of the answer says as much as was whole.
     *
     * Two layers, each a push scanner: events give their data, JSON gives the values at a fixed set
     * of paths. No event is kept. A plain answer is one document without events around it.
     *
     * A dialect is its paths and the meaning of what is found there, which its reader knows. The
     * readers of other dialects than OpenAI's are made with the first answer that needs them.
     */

    /** How an answer is framed and what it means. */
    public enum Kind {
        /** Events of chat completions. */
        CHAT_STREAM(true),
        /** Events of legacy completions. */
        COMPLETION_STREAM(true),
        /** Events of the Responses API. */
        RESPONSES_STREAM(true),
        /** Any answer of these dialects that is one JSON document. */
        JSON_BODY(false),
        /** Events of Anthropic's messages. */
        MESSAGES_STREAM(true),
        /** A message of Anthropic's, or an error, in one document. */
        MESSAGES_BODY(false),
        /** Events of Gemini. */
        GEMINI_STREAM(true),
        /** An answer of Gemini's in one document. */
        GEMINI_BODY(false),
        /** The events of a stream of Gemini's as the elements of one array. */
        GEMINI_ARRAY(false),
        /** Events that are read by whoever translates them, and {@linkplain #tell told}. */
        TOLD_STREAM(true),
        /** A document that is read by whoever translates it, and {@linkplain #tell told}. */
        TOLD_BODY(false),
        /** Compressed, or not JSON: nothing is read. */
        OPAQUE(false);

        private final boolean events;

        Kind(boolean events) {
            this.events = events;
        }

        /** Whether the answer consists of server-sent events. */
        public boolean isEvents() {
            return events;
        }

        /** Whether the answer is one JSON document. */
        boolean isDocument() {
            return !events && this != OPAQUE && this != TOLD_BODY;
        }
    }

    /** Hears of each event as it ends. */
    interface EventEnd {

        /**
         * Ends an event that had data.
         *
         * @param start offset of the event's first byte
         * @param end offset behind its last one
         * @param usageOnly whether it has no choices and a usage object
         */
        void onEventEnd(long start, long end, boolean usageOnly);
    }

    private static final byte[] DONE = AnswerReader.ascii("[DONE]");
    private static final byte[] ERROR = AnswerReader.ascii("error");

    private final AnswerReader openAi = new OpenAiReader();
    private final EventScanner scanner = new EventScanner(new Events());
    private final Usage usage = new Usage();
    private final KeptText id = new KeptText(AnswerReader.ID_BYTES);
    private final KeptText model = new KeptText(AnswerReader.ID_BYTES);

    private @Nullable AnswerReader messages;
    private @Nullable AnswerReader gemini;
    private @Nullable AnswerReader geminiArray;
    private AnswerReader reader = openAi;
    private PathScanner json = openAi.json();

    private Kind kind = Kind.OPAQUE;
    private @Nullable EventEnd eventEnd;
    private boolean finished;
    private boolean terminalSeen;
    private boolean errorSeen;
    private boolean underWay;
    private int doneRead;
    private @Nullable TextSample said;
    private long saidBytes;
    private long spokenEvents;
    private long events;
    private long bytes;

    /** Begins another answer. */
    public void start(Kind kind) {
        start(kind, null);
    }

    /**
     * Begins another answer.
     *
     * @param text takes the text that the model says; {@code null} where it is of no use
     */
    public void start(Kind kind, @Nullable TextSample text) {
        this.kind = kind;
        reader = reader(kind);
        json = reader.json();
        json.sampleInto(text);
        said = text;
        saidBytes = text == null ? 0 : text.bytes();
        spokenEvents = 0;
        eventEnd = null;
        finished = false;
        terminalSeen = false;
        errorSeen = false;
        underWay = false;
        doneRead = 0;
        events = 0;
        bytes = 0;
        reader.start();
        scanner.reset();
        usage.clear();
        id.clear();
        model.clear();
    }

    private AnswerReader reader(Kind kind) {
        return switch (kind) {
            case CHAT_STREAM,
                    COMPLETION_STREAM,
                    RESPONSES_STREAM,
                    JSON_BODY,
                    TOLD_STREAM,
                    TOLD_BODY,
                    OPAQUE ->
                    openAi;
            case MESSAGES_STREAM, MESSAGES_BODY -> {
                AnswerReader made = messages == null ? new MessagesReader() : messages;
                messages = made;
                yield made;
            }
            case GEMINI_STREAM, GEMINI_BODY -> {
                AnswerReader made = gemini == null ? new GeminiReader(false) : gemini;
                gemini = made;
                yield made;
            }
            case GEMINI_ARRAY -> {
                AnswerReader made = geminiArray == null ? new GeminiReader(true) : geminiArray;
                geminiArray = made;
                yield made;
            }
        };
    }

    /**
     * Reads the next {@code length} bytes of payload, which stand at {@code index}.
     *
     * @param buf borrowed; its indices do not move
     */
    public void scan(ByteBuf buf, int index, int length) {
        bytes += length;
        if (kind.isEvents() && kind != Kind.TOLD_STREAM) {
            scanner.read(buf, index, length);
        } else if (kind.isDocument() && !finished) {
            json.read(buf, index, length);
            if (json.isComplete(JsonPaths.ROOT)) {
                readBody();
            }
        }
    }

    /**
     * Takes what was read of an answer elsewhere; its text has gone into the sample there.
     *
     * @param isEnded whether the answer said that it ends
     * @param hasFailed whether that was an error
     */
    public void tell(TokenCounts counts, boolean isEnded, boolean hasFailed) {
        events++;
        countSpoken();
        terminalSeen |= isEnded;
        errorSeen |= hasFailed;
        if (counts.isKnown()) {
            usage.clear();
            usage.setOrigin(Usage.Origin.REPORTED);
            usage.setInputTokens(counts.input());
            usage.setOutputTokens(counts.output());
            usage.setCachedInputTokens(counts.cached());
            usage.setCacheWriteTokens(counts.cacheWrite());
            usage.setReasoningTokens(counts.reasoning());
            usage.setAudioInputTokens(counts.audioInput());
            usage.setAudioOutputTokens(counts.audioOutput());
            if (counts.cacheWriteHour() > 0) {
                usage.setCount(Usage.Extra.CACHE_WRITE_HOUR_TOKENS, counts.cacheWriteHour());
            }
        }
    }

    /**
     * Ends the answer, whether it is whole or was cut. An event that lacks its blank line is read
     * but not counted. May be called twice.
     */
    public void finish() {
        if (finished) {
            return;
        }
        if (kind.isEvents() && scanner.hasData()) {
            readEvent(scanner.eventStart(), scanner.offset());
        } else if (kind.isDocument()) {
            readBody();
        }
        finished = true;
    }

    /**
     * What the answer used, as far as it was read; of origin {@link Usage.Origin#REPORTED} once a
     * usage object was seen. The same object for every answer.
     */
    public Usage usage() {
        return usage;
    }

    /**
     * Whether the answer said that it ends: {@code [DONE]}, a terminal event of a response, an
     * error event, the last byte of a plain answer.
     */
    public boolean isTerminalSeen() {
        return terminalSeen;
    }

    /**
     * Whether an error event was seen, a failed response, or a plain answer with an error in it.
     */
    public boolean isErrorSeen() {
        return errorSeen;
    }

    /** Whether the response that the answer tells of is still being made. */
    public boolean isUnderWay() {
        return underWay;
    }

    /**
     * Whether an event of our own may follow the last byte: a stream that is not inside an event.
     */
    public boolean atEventBoundary() {
        return kind.isEvents() && scanner.isAtBoundary();
    }

    /** Whether the answer's id is known. */
    public boolean hasResponseId() {
        return id.isPresent();
    }

    /** The answer's id; to be asked for only where {@link #hasResponseId}. */
    public String responseId() {
        return id.text();
    }

    /** Whether the answer's model is known. */
    public boolean hasModel() {
        return model.isPresent();
    }

    /** The model as the provider names it; to be asked for only where {@link #hasModel}. */
    public String model() {
        return model.text();
    }

    /** Whether the answer cannot be read. */
    public boolean isOpaque() {
        return kind == Kind.OPAQUE;
    }

    /** How many whole events with data were seen. */
    public long events() {
        return events;
    }

    /**
     * How many whole events had text of the model in them, each of which stands for one token at
     * least; 0 where the text is not taken.
     */
    public long spokenEvents() {
        return spokenEvents;
    }

    /** How many bytes were seen. */
    public long bytes() {
        return bytes;
    }

    void listen(EventEnd listener) {
        eventEnd = listener;
    }

    /** Offset of the first byte of the event that is not complete, or -1 where there is none. */
    long eventStart() {
        return kind.isEvents() ? scanner.eventStart() : -1;
    }

    /** Whether the event that is not complete can still turn out to hold only usage. */
    boolean mayBeUsageOnly() {
        return (kind == Kind.CHAT_STREAM || kind == Kind.COMPLETION_STREAM)
                && reader.mayBeUsageOnly();
    }

    private void readData(byte[] data, int from, int to) {
        json.read(data, from, to);
        for (int i = from; i < to && doneRead >= 0; i++) {
            doneRead =
                    doneRead < DONE.length && data[i] == DONE[doneRead]
                            ? doneRead + 1
                            : doneRead == DONE.length && data[i] == ' ' ? doneRead : -1;
        }
    }

    private void readEvent(long start, long end) {
        boolean readable = !json.isMalformed();
        boolean usageOnly = json.finish() && mayBeUsageOnly() && reader.isUsageOnly();
        if (readable) {
            reader.readUsage(usage);
            reader.readNames(kind, id, model);
            errorSeen |= reader.isError(kind, scanner);
            underWay = reader.isUnderWay(underWay);
            terminalSeen |= reader.isTerminal(scanner);
        }
        errorSeen |= scanner.isNamed(ERROR);
        terminalSeen |= errorSeen || doneRead == DONE.length;
        json.reset();
        doneRead = 0;
        EventEnd listener = eventEnd;
        if (listener != null) {
            listener.onEventEnd(start, end, usageOnly);
        }
    }

    private void countSpoken() {
        TextSample text = said;
        if (text != null && text.bytes() > saidBytes) {
            saidBytes = text.bytes();
            spokenEvents++;
        }
    }

    private void readBody() {
        finished = true;
        terminalSeen = json.isComplete(JsonPaths.ROOT);
        if (terminalSeen || !json.isMalformed()) {
            reader.readUsage(usage);
            reader.readNames(kind, id, model);
            errorSeen = reader.isError(kind, scanner);
            underWay = reader.isUnderWay(underWay);
        }
    }

    private final class Events implements EventScanner.Listener {

        @Override
        public void onData(byte[] data, int from, int to) {
            readData(data, from, to);
        }

        @Override
        public void onEventEnd(long start, long end) {
            events++;
            countSpoken();
            readEvent(start, end);
        }
    }
}
