package io.sluice.usage;

import io.sluice.json.JsonPaths;
import io.sluice.json.JsonType;
import io.sluice.json.PathScanner;
import io.sluice.sse.EventScanner;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What one dialect's answers say, and where: a set of paths and the meaning of what is found there.
 *
 * <p>Asked once a document is there, be it an event or a plain answer, as far as it came. Reused
 * through {@link #start}; confined to one event loop.
 */
abstract class AnswerReader {

    /** The bound of an id or a model's name that is kept, in bytes. */
    static final int ID_BYTES = 512;

    /** The bound of an event's type that is kept, in bytes. */
    static final int TYPE_BYTES = 32;

    /** The bound of a service tier's name that is kept, in bytes. */
    static final int TIER_BYTES = 16;

    private static final byte[] FLEX = ascii("flex");
    private static final byte[] PRIORITY = ascii("priority");
    private static final byte[] BATCH = ascii("batch");

    private final PathScanner json;

    private ServiceTier tier = ServiceTier.STANDARD;

    AnswerReader(JsonPaths paths) {
        json = new PathScanner(paths);
    }

    /** Scans the documents. */
    final PathScanner json() {
        return json;
    }

    /** Begins another answer. */
    void start() {
        json.reset();
        tier = ServiceTier.STANDARD;
    }

    /** Reads what the document says was used; what it does not say stays as it was. */
    abstract void readUsage(Usage usage);

    /** Reads what the document says of the answer's id and its model. */
    abstract void readNames(AnswerMeter.Kind kind, KeptText id, KeptText model);

    /** Whether the document tells of a failure. */
    abstract boolean isError(AnswerMeter.Kind kind, EventScanner event);

    /** Whether the document is an event that says that the answer ends well. */
    boolean isTerminal(EventScanner event) {
        return false;
    }

    /**
     * Whether what the answer tells of is still being made.
     *
     * @param before what the documents before this one said
     */
    boolean isUnderWay(boolean before) {
        return before;
    }

    /** Whether the document, which may not be whole, may turn out to tell of usage alone. */
    boolean mayBeUsageOnly() {
        return false;
    }

    /** Whether the document, which is whole, tells of usage alone. */
    boolean isUsageOnly() {
        return false;
    }

    /** The last tier that was named: the first ones only repeat what was asked for. */
    final ServiceTier tier() {
        return tier;
    }

    final void readTier(int place) {
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

    /** Whether an error object, or text, is at {@code place}. */
    final boolean isErrorAt(int place) {
        return json.isComplete(place)
                && (json.type(place) == JsonType.OBJECT || json.type(place) == JsonType.STRING);
    }

    /** A count at {@code place}, as far as one is believed; 0 where there is none. */
    final long count(int place) {
        return Math.clamp(json.number(place), 0, Usage.MAX_TOKENS);
    }

    /** {@code prefix} and what follows it. */
    static String[] path(String[] prefix, String... below) {
        String[] path = Arrays.copyOf(prefix, prefix.length + below.length);
        System.arraycopy(below, 0, path, prefix.length, below.length);
        return path;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
