package io.sluice.usage;

import io.netty.buffer.ByteBuf;
import io.sluice.json.JsonPaths;
import io.sluice.json.JsonType;
import io.sluice.json.PathScanner;
import io.sluice.json.TextSample;
import io.sluice.sse.EventScanner;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
     * A dialect is its paths and the meaning of what is found there. Those of OpenAI share one set
     * of paths, since no two of them collide; another dialect brings another set.
     */

    /** How an answer is framed and what it means. */
    public enum Kind {
        /** Events of chat completions. */
        CHAT_STREAM(true),
        /** Events of legacy completions. */
        COMPLETION_STREAM(true),
        /** Events of the Responses API. */
        RESPONSES_STREAM(true),
        /** Any answer that is one JSON document. */
        JSON_BODY(false),
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

    private static final int ID_BYTES = 512;
    private static final int TYPE_BYTES = 32;

    private static final int TIER_BYTES = 16;

    private static final byte[] FLEX = ascii("flex");
    private static final byte[] PRIORITY = ascii("priority");
    private static final byte[] BATCH = ascii("batch");
    private static final byte[] DONE = ascii("[DONE]");
    private static final byte[] ERROR = ascii("error");
    private static final byte[] COMPLETED = ascii("response.completed");
    private static final byte[] INCOMPLETE = ascii("response.incomplete");
    private static final byte[] FAILED = ascii("response.failed");

    private static final JsonPaths PATHS;
    private static final UsagePlaces USAGE;
    private static final UsagePlaces RESPONSE_USAGE;
    private static final UsagePlaces GROQ_USAGE;
    private static final int CHOICES;
    private static final int ERROR_PLACE;
    private static final int TYPE;
    private static final int ID;
    private static final int MODEL;
    private static final int RESPONSE_ID;
    private static final int RESPONSE_MODEL;
    private static final int SERVICE_TIER;
    private static final int RESPONSE_SERVICE_TIER;

    static {
        JsonPaths.Builder paths = JsonPaths.builder();
        USAGE = new UsagePlaces(paths, "usage");
        RESPONSE_USAGE = new UsagePlaces(paths, "response", "usage");
        GROQ_USAGE = new UsagePlaces(paths, "x_groq", "usage");
        CHOICES = paths.add("choices");
        ERROR_PLACE = paths.add("error");
        TYPE = paths.addText(TYPE_BYTES, "type");
        ID = paths.addText(ID_BYTES, "id");
        MODEL = paths.addText(ID_BYTES, "model");
        RESPONSE_ID = paths.addText(ID_BYTES, "response", "id");
        RESPONSE_MODEL = paths.addText(ID_BYTES, "response", "model");
        SERVICE_TIER = paths.addText(TIER_BYTES, "service_tier");
        RESPONSE_SERVICE_TIER = paths.addText(TIER_BYTES, "response", "service_tier");
        addTexts(paths);
        PATHS = paths.build();
    }

    /** Where the text is that a model has said, in events and in plain answers. */
    private static void addTexts(JsonPaths.Builder paths) {
        String each = JsonPaths.ELEMENT;
        for (String said : List.of("delta", "message")) {
            paths.addSampled("choices", each, said, "content");
            paths.addSampled("choices", each, said, "refusal");
            paths.addSampled("choices", each, said, "reasoning");
            paths.addSampled("choices", each, said, "reasoning_content");
            paths.addSampled("choices", each, said, "tool_calls", each, "function", "name");
            paths.addSampled("choices", each, said, "tool_calls", each, "function", "arguments");
            paths.addSampled("choices", each, said, "function_call", "arguments");
        }
        paths.addSampled("choices", each, "text");
        paths.addSampled("delta");
        paths.addSampled("output", each, "arguments");
        paths.addSampled("output", each, "content", each, "text");
        paths.addSampled("output", each, "summary", each, "text");
    }

    private final PathScanner json = new PathScanner(PATHS);
    private final EventScanner scanner = new EventScanner(new Events());
    private final Usage usage = new Usage();
    private final KeptText id = new KeptText(ID_BYTES);
    private final KeptText model = new KeptText(ID_BYTES);

    private Kind kind = Kind.OPAQUE;
    private @Nullable EventEnd eventEnd;
    private boolean finished;
    private boolean terminalSeen;
    private boolean errorSeen;
    private ServiceTier tier = ServiceTier.STANDARD;
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
        json.sampleInto(text);
        said = text;
        saidBytes = text == null ? 0 : text.bytes();
        spokenEvents = 0;
        eventEnd = null;
        finished = false;
        terminalSeen = false;
        errorSeen = false;
        tier = ServiceTier.STANDARD;
        doneRead = 0;
        events = 0;
        bytes = 0;
        json.reset();
        scanner.reset();
        usage.clear();
        id.clear();
        model.clear();
    }

    /**
     * Reads the next {@code length} bytes of payload, which stand at {@code index}.
     *
     * @param buf borrowed; its indices do not move
     */
    public void scan(ByteBuf buf, int index, int length) {
        bytes += length;
        if (kind.isEvents()) {
            scanner.read(buf, index, length);
        } else if (kind == Kind.JSON_BODY && !finished) {
            json.read(buf, index, length);
            if (json.isComplete(JsonPaths.ROOT)) {
                readBody();
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
        } else if (kind == Kind.JSON_BODY) {
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
                && !json.isMalformed()
                && isOnlyIfThere(JsonPaths.ROOT, JsonType.OBJECT)
                && isOnlyIfThere(CHOICES, JsonType.ARRAY)
                && isOnlyIfThere(USAGE.object(), JsonType.OBJECT)
                && !json.isFilled(CHOICES);
    }

    private boolean isOnlyIfThere(int place, JsonType type) {
        return !json.has(place) || json.isOnly(place, type);
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
        boolean usageOnly =
                json.finish() && mayBeUsageOnly() && json.has(CHOICES) && json.has(USAGE.object());
        if (readable) {
            readUsage();
            readNames(RESPONSE_ID, RESPONSE_MODEL);
            if (kind != Kind.RESPONSES_STREAM) {
                readNames(ID, MODEL);
            }
            errorSeen |= hasError() || isType(ERROR) || isType(FAILED);
            terminalSeen |= isType(COMPLETED) || isType(INCOMPLETE);
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
            readUsage();
            readNames(ID, MODEL);
            errorSeen = hasError();
        }
    }

    private void readUsage() {
        boolean _ =
                USAGE.read(json, usage)
                        || RESPONSE_USAGE.read(json, usage)
                        || GROQ_USAGE.read(json, usage);
        readTier(SERVICE_TIER);
        readTier(RESPONSE_SERVICE_TIER);
        usage.setServiceTier(tier);
    }

    /** The last event that names a tier counts: the first ones only repeat what was asked for. */
    private void readTier(int place) {
        if (!json.hasText(place)) {
            return;
        }
        if (json.textEquals(place, FLEX)) {
            tier = ServiceTier.FLEX;
        } else if (json.textEquals(place, PRIORITY)) {
            tier = ServiceTier.PRIORITY;
        } else if (json.textEquals(place, BATCH)) {
            tier = ServiceTier.BATCH;
        } else {
            tier = ServiceTier.STANDARD;
        }
    }

    private void readNames(int idPlace, int modelPlace) {
        id.keepFirst(json, idPlace);
        model.keepFirst(json, modelPlace);
    }

    private boolean hasError() {
        return json.isComplete(ERROR_PLACE)
                && (json.type(ERROR_PLACE) == JsonType.OBJECT
                        || json.type(ERROR_PLACE) == JsonType.STRING);
    }

    private boolean isType(byte[] type) {
        return json.has(TYPE) ? json.textEquals(TYPE, type) : scanner.isNamed(type);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
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
