package io.sluice.message;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.json.BodyEdits;
import io.sluice.json.FieldNames;
import io.sluice.json.JsonType;
import io.sluice.json.TopLevelScanner;

/**
 * What a body in Gemini's dialect says about its output, and where. Both spellings are read that
 * its providers take, {@code maxOutputTokens} and {@code max_output_tokens}.
 *
 * <p>Immutable. Offsets are bytes from the start of the body.
 */
final class GenerationConfig {

    private static final FieldNames NAMES =
            FieldNames.of(
                    "maxOutputTokens", "max_output_tokens", "candidateCount", "candidate_count");

    /** Of a body that has none. */
    static final GenerationConfig NONE = new GenerationConfig(-1, -1);

    private final long nullStart;
    private final long nullEnd;

    private final long start;
    private final boolean isEmpty;
    private final long bound;
    private final long boundStart;
    private final long boundEnd;
    private final long candidates;

    /** Of a body that has {@code null} there, or nothing. */
    private GenerationConfig(long nullStart, long nullEnd) {
        this.nullStart = nullStart;
        this.nullEnd = nullEnd;
        start = -1;
        isEmpty = true;
        bound = CallFields.UNSTATED;
        boundStart = -1;
        boundEnd = -1;
        candidates = CallFields.UNSTATED;
    }

    private GenerationConfig(TopLevelScanner config, ByteBuf body, long start) {
        nullStart = -1;
        nullEnd = -1;
        int stated = config.has(0) ? 0 : config.has(1) ? 1 : -1;
        this.start = start;
        isEmpty = config.isEmptyObject();
        bound = CallFields.count(config, body, start, Math.max(stated, 0));
        boundStart = stated < 0 ? -1 : start + config.valueStart(stated);
        boundEnd = stated < 0 ? -1 : start + config.valueEnd(stated);
        candidates = CallFields.count(config, body, start, config.has(2) ? 2 : 3);
    }

    /**
     * Reads the object that the body has under {@code field}, if it is one.
     *
     * @throws GatewayException if a field is doubled, or there is something else
     */
    static GenerationConfig of(TopLevelScanner scanner, ByteBuf body, int field, String name) {
        if (!scanner.has(field)) {
            return NONE;
        }
        if (scanner.type(field) == JsonType.NULL) {
            return new GenerationConfig(scanner.valueStart(field), scanner.valueEnd(field));
        }
        if (scanner.type(field) != JsonType.OBJECT) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER, "\"" + name + "\" must be an object", name);
        }
        long start = scanner.valueStart(field);
        TopLevelScanner config = new TopLevelScanner(NAMES, CallFields.MAX_DEPTH);
        config.feed(
                body,
                body.readerIndex() + (int) start,
                Math.toIntExact(scanner.valueEnd(field) - start));
        config.finish();
        if (config.duplicate() >= 0 || (config.has(0) && config.has(1))) {
            throw new GatewayException(
                    ErrorCode.DUPLICATE_FIELD, "a field of \"" + name + "\" stands twice", name);
        }
        return new GenerationConfig(config, body, start);
    }

    /** The most output tokens, {@link CallFields#UNSTATED} or {@link CallFields#UNREADABLE}. */
    long bound() {
        return bound;
    }

    /** How many answers are asked for, or as above. */
    long candidates() {
        return candidates;
    }

    /** Whether the body has it. */
    boolean isThere() {
        return start >= 0;
    }

    /** Whether the body has {@code null} in its place. */
    boolean isNull() {
        return nullStart >= 0;
    }

    /** Bounds the output of a body that has a configuration, or {@code null} in its place. */
    void boundOutput(BodyEdits edits, long tokens) {
        if (isNull()) {
            edits.replace(nullStart, nullEnd, ascii("{" + field(tokens) + "}"));
        } else if (boundStart >= 0) {
            edits.replace(boundStart, boundEnd, ascii(Long.toString(tokens)));
        } else {
            edits.insert(start + 1, ascii(field(tokens) + (isEmpty ? "" : ",")));
        }
    }

    /** A field for a body that has none. */
    static String whole(long tokens) {
        return "\"generationConfig\":{" + field(tokens) + "}";
    }

    private static String field(long tokens) {
        return "\"maxOutputTokens\":" + tokens;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
