package io.sluice.json;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Finds values by their paths in one JSON document, checking that the whole is well-formed (RFC
 * 8259), without a tree.
 *
 * <p>A push parser: it is fed pieces, cut anywhere, and keeps its state between them. Where a name
 * stands twice in an object, the last value counts, and so does an array's last element. Strings
 * must be valid UTF-8; a byte order mark is refused; depth is bounded. Reused through {@link
 * #reset}; allocates nothing after its construction but the strings it is asked for. Not safe for
 * threads.
 */
public final class PathScanner implements ByteWindows.Reader {

    /*
     * One switch on what may come next. Strings, which are most of any body, are left eight bytes
     * at a time.
     *
     * Of the containers around the current byte only their kind is kept, a bit for each level. The
     * containers along a path of interest are always the outermost ones, so a count of them
     * (`matched`) and the place of the innermost (`object`) are all it takes to know whether a name
     * or an element matters: they are looked up only where the depth equals that count. A container
     * that is of interest but has no places inside is remembered by its depth (`leafDepth`) until
     * it closes; there is never more than one.
     *
     * States are ints, not an enum, because a switch on an enum loads its ordinal through a table
     * for every token.
     */

    /** Hears of objects as they end. */
    @FunctionalInterface
    public interface ElementListener {

        /**
         * Ends an object at a place that is told of. What it holds can be asked for until this
         * returns; what is not {@link #forget forgotten} stays for the next one.
         */
        void onElementEnd(int place);
    }

    /** Containers within each other that are accepted unless told otherwise. */
    public static final int DEFAULT_MAX_DEPTH = 512;

    private static final int VALUE = 0;
    private static final int FIRST_ELEMENT = 1;
    private static final int FIRST_KEY = 2;
    private static final int KEY = 3;
    private static final int COLON = 4;
    private static final int AFTER_VALUE = 5;
    private static final int STRING = 6;
    private static final int ESCAPE = 7;
    private static final int HEX = 8;
    private static final int CONTINUATION = 9;
    private static final int LITERAL = 10;
    private static final int NUMBER = 11;
    private static final int COMPLETE = 12;
    private static final int MALFORMED = 13;

    private static final int NONE = -1;

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final JsonPaths paths;
    private final int maxDepth;
    private final PathValues values;
    private final JsonNumber number = new JsonNumber();
    private final StringCapture capture = new StringCapture();
    private final byte[] name;

    private @Nullable TextSample sample;
    private @Nullable ElementListener elements;

    /** For each level whether it is an object. */
    private final long[] objects;

    private int state;
    private int depth;
    private int matched;
    private int object;
    private int leaf;
    private int leafDepth;

    /** The place of the value that is being read or comes next, or NONE. */
    private int value;

    private boolean inKey;
    private long keyStart;
    private byte[] literal = NULL;
    private int literalRead;
    private int unit;
    private int unitDigits;
    private int continuations;
    private int lower;
    private int upper;

    /** Offset of the byte at index 0 of the array that is being read. */
    private long base;

    private long offset;
    private long errorOffset;
    private int duplicate;
    private long duplicateOffset;

    public PathScanner(JsonPaths paths) {
        this(paths, DEFAULT_MAX_DEPTH);
    }

    /**
     * A scanner that accepts deeper or only shallower documents.
     *
     * @param maxDepth how many containers may stand within each other
     */
    public PathScanner(JsonPaths paths, int maxDepth) {
        this.paths = paths;
        this.maxDepth = maxDepth;
        values = new PathValues(paths);
        name = new byte[paths.longestName()];
        objects = new long[(maxDepth >>> 6) + 1];
        reset();
    }

    /**
     * Adds the text of the strings at sampled places to {@code into} from here on, also over
     * several documents.
     *
     * @param into {@code null} for nowhere
     */
    public void sampleInto(@Nullable TextSample into) {
        sample = into;
    }

    /** Tells {@code listener} of the objects at places that are to be told of. */
    public void tellElements(ElementListener listener) {
        elements = listener;
    }

    /** Takes what was found at {@code place} for not whole from here on. */
    public void forget(int place) {
        values.forget(place);
    }

    /** Forgets the document; another may follow. */
    public void reset() {
        values.clear();
        state = VALUE;
        depth = 0;
        matched = 0;
        object = JsonPaths.ROOT;
        leaf = NONE;
        leafDepth = NONE;
        value = JsonPaths.ROOT;
        capture.stop();
        offset = 0;
        errorOffset = NONE;
        duplicate = NONE;
        duplicateOffset = NONE;
    }

    /**
     * Reads {@code length} bytes of {@code piece} from {@code index} on.
     *
     * @param piece borrowed; its indices do not move
     * @return false once the document is malformed; nothing more is read then
     */
    public boolean read(ByteBuf piece, int index, int length) {
        ByteWindows.read(piece, index, length, this);
        return !isMalformed();
    }

    @Override
    public boolean read(byte[] bytes, int from, int to) {
        if (state == MALFORMED) {
            return false;
        }
        base = offset - from;
        int i = from;
        while (i < to) {
            i =
                    switch (state) {
                        case STRING -> readString(bytes, i, to);
                        case NUMBER -> readNumber(bytes, i, to);
                        default -> readByte(bytes[i], i);
                    };
            if (i < 0) {
                return false;
            }
        }
        offset = base + to;
        return true;
    }

    /**
     * Ends the document.
     *
     * @return whether it is well-formed and whole
     */
    public boolean finish() {
        if (state == NUMBER && depth == 0 && number.isComplete()) {
            endNumber(offset);
        }
        if (state != COMPLETE && state != MALFORMED) {
            state = MALFORMED;
            errorOffset = offset;
        }
        return state == COMPLETE;
    }

    public boolean isMalformed() {
        return state == MALFORMED;
    }

    /** Offset of the first byte that cannot stand where it stands, or -1. */
    public long errorOffset() {
        return errorOffset;
    }

    /** How many bytes were read. */
    public long offset() {
        return offset;
    }

    /** Whether a value was begun at {@code place}. */
    public boolean has(int place) {
        return values.isSeen(place);
    }

    /** Whether the value at {@code place} is there from its first to its last byte. */
    public boolean isComplete(int place) {
        return values.isComplete(place);
    }

    /** Whether all values at {@code place} so far are of {@code type}, and there is one. */
    public boolean isOnly(int place, JsonType type) {
        return values.isOnly(place, type);
    }

    /** Whether a container at {@code place} was seen to hold something. */
    public boolean isFilled(int place) {
        return values.isFilled(place);
    }

    /** The type of the value at {@code place}, which must be there. */
    public JsonType type(int place) {
        return values.type(place);
    }

    /** Offset of the first byte of the value at {@code place}, which must be there. */
    public long valueStart(int place) {
        return values.start(place);
    }

    /** Offset behind the last byte of the value at {@code place}, or -1 while it is not whole. */
    public long valueEnd(int place) {
        return values.end(place);
    }

    /** The number at {@code place} towards zero, saturating; 0 where there is none. */
    public long number(int place) {
        return values.isComplete(place) ? values.number(place) : 0;
    }

    /** Whether a string is at {@code place} whose text was kept and is whole. */
    public boolean hasText(int place) {
        return values.hasText(place);
    }

    public boolean textEquals(int place, byte[] utf8) {
        return values.textEquals(place, utf8);
    }

    /** The string at {@code place}; to be asked for only where {@link #hasText}. */
    public String text(int place) {
        return values.textString(place);
    }

    /** Copies the text at {@code place} to the start of {@code out}, which has room for it. */
    public int copyText(int place, byte[] out) {
        return values.copyText(place, out);
    }

    /** The first place that was met twice, or -1. */
    public int duplicate() {
        return duplicate;
    }

    /** Offset of the second one's name, or -1. */
    public long duplicateOffset() {
        return duplicateOffset;
    }

    private int readByte(byte b, int i) {
        return switch (state) {
            case VALUE -> readValue(b, i);
            case FIRST_ELEMENT -> readFirstElement(b, i);
            case FIRST_KEY -> {
                if (b == '}') {
                    yield close(i);
                }
                if (b == '"') {
                    fillObject();
                }
                yield readKey(b, i);
            }
            case KEY -> readKey(b, i);
            case COLON -> {
                if (b != ':') {
                    yield skip(b, i);
                }
                state = VALUE;
                yield i + 1;
            }
            case AFTER_VALUE -> readSeparator(b, i);
            case ESCAPE -> readEscape(b, i);
            case HEX -> readHex(b, i);
            case CONTINUATION -> readContinuation(b, i);
            case LITERAL -> readLiteral(b, i);
            default -> skip(b, i);
        };
    }

    private int readFirstElement(byte b, int i) {
        if (b == ']') {
            return close(i);
        }
        if (isSpace(b)) {
            return i + 1;
        }
        if (depth == leafDepth) {
            values.fill(leaf);
        } else if (depth == matched) {
            values.fill(object);
            value = paths.element(object);
        }
        return readValue(b, i);
    }

    /** Between tokens only white space may stand. */
    private int skip(byte b, int i) {
        return isSpace(b) ? i + 1 : fail(i);
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private int readValue(byte b, int i) {
        switch (b) {
            case '"' -> {
                begin(JsonType.STRING, i);
                inKey = false;
                if (value != NONE) {
                    startCapture();
                }
                state = STRING;
            }
            case '{' -> {
                return open(JsonType.OBJECT, i, FIRST_KEY);
            }
            case '[' -> {
                return open(JsonType.ARRAY, i, FIRST_ELEMENT);
            }
            case 't' -> beginLiteral(JsonType.BOOLEAN, TRUE, i);
            case 'f' -> beginLiteral(JsonType.BOOLEAN, FALSE, i);
            case 'n' -> beginLiteral(JsonType.NULL, NULL, i);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                begin(JsonType.NUMBER, i);
                number.start(value != NONE);
                state = NUMBER;
                return i;
            }
            default -> {
                return skip(b, i);
            }
        }
        return i + 1;
    }

    private void startCapture() {
        TextSample into = sample;
        if (paths.textBytes(value) > 0) {
            capture.start(values.text(value));
        } else if (into != null && paths.isSampled(value)) {
            capture.start(into);
        }
    }

    private void begin(JsonType type, int i) {
        if (value != NONE) {
            values.begin(value, type, base + i);
        }
    }

    private void beginLiteral(JsonType type, byte[] letters, int i) {
        begin(type, i);
        literal = letters;
        literalRead = 1;
        state = LITERAL;
    }

    private int open(JsonType type, int i, int next) {
        if (depth == maxDepth) {
            return fail(i);
        }
        begin(type, i);
        long bit = 1L << (depth & 63);
        if (type == JsonType.OBJECT) {
            objects[depth >>> 6] |= bit;
        } else {
            objects[depth >>> 6] &= ~bit;
        }
        depth++;
        if (value != NONE) {
            if (leadsOn(type)) {
                object = value;
                matched = depth;
            } else {
                leaf = value;
                leafDepth = depth;
            }
            value = NONE;
        }
        state = next;
        return i + 1;
    }

    /** Whether there are places inside a container at the place of the value. */
    private boolean leadsOn(JsonType type) {
        return type == JsonType.OBJECT ? paths.hasChildren(value) : paths.element(value) != NONE;
    }

    private int close(int i) {
        if (depth == matched) {
            values.end(object, base + i + 1);
            if (paths.isTold(object)) {
                tell(object);
            }
            object = paths.parent(object);
            matched--;
        } else if (depth == leafDepth) {
            values.end(leaf, base + i + 1);
            leafDepth = NONE;
        }
        depth--;
        state = depth == 0 ? COMPLETE : AFTER_VALUE;
        return i + 1;
    }

    private void tell(int place) {
        ElementListener told = elements;
        if (told != null) {
            told.onElementEnd(place);
        }
    }

    private void fillObject() {
        if (depth == matched) {
            values.fill(object);
        } else if (depth == leafDepth) {
            values.fill(leaf);
        }
    }

    private int readKey(byte b, int i) {
        if (b != '"') {
            return skip(b, i);
        }
        inKey = true;
        if (depth == matched) {
            keyStart = base + i;
            capture.start(name);
        }
        state = STRING;
        return i + 1;
    }

    private int readSeparator(byte b, int i) {
        boolean inObject = (objects[(depth - 1) >>> 6] >>> ((depth - 1) & 63) & 1) != 0;
        if (b == ',') {
            state = inObject ? KEY : VALUE;
            if (!inObject && depth == matched) {
                value = paths.element(object);
            }
            return i + 1;
        }
        if (b == (inObject ? '}' : ']')) {
            return close(i);
        }
        return skip(b, i);
    }

    private int readString(byte[] bytes, int from, int to) {
        int i = from;
        while (true) {
            i = plainEnd(bytes, i, to);
            if (i == to) {
                capture.keep(bytes, from, i);
                return i;
            }
            byte b = bytes[i];
            if (b == '"') {
                endString(bytes, from, i);
                return i + 1;
            }
            int next = b < 0 ? Utf8.end(bytes, i, to) : i;
            if (next == i) {
                capture.keep(bytes, from, i);
                return leaveRun(b, i, bytes);
            }
            i = next;
        }
    }

    /** The index of the first byte that ends a run of plain ASCII in a string. */
    private static int plainEnd(byte[] bytes, int from, int to) {
        int i = from;
        while (i <= to - Long.BYTES) {
            long stops = Swar.stringStops(Swar.word(bytes, i));
            if (stops != 0) {
                return i + Swar.first(stops);
            }
            i += Long.BYTES;
        }
        while (i < to && bytes[i] >= ' ' && bytes[i] != '"' && bytes[i] != '\\') {
            i++;
        }
        return i;
    }

    /** A backslash, or a sequence of UTF-8 that is cut or malformed, or a control character. */
    private int leaveRun(byte b, int i, byte[] bytes) {
        if (b == '\\') {
            state = ESCAPE;
            return i + 1;
        }
        if (b >= 0 || Utf8.following(b) < 0) {
            return fail(i);
        }
        continuations = Utf8.following(b);
        lower = Utf8.lower(b);
        upper = Utf8.upper(b);
        capture.keep(bytes, i, i + 1);
        state = CONTINUATION;
        return i + 1;
    }

    private int readContinuation(byte b, int i) {
        int unsigned = b & 0xFF;
        if (unsigned < lower || unsigned > upper) {
            return fail(i);
        }
        capture.keepByte(b);
        lower = 0x80;
        upper = 0xBF;
        if (--continuations == 0) {
            state = STRING;
        }
        return i + 1;
    }

    private int readEscape(byte b, int i) {
        switch (b) {
            case '"', '\\', '/' -> capture.keepUnit(b);
            case 'b' -> capture.keepUnit('\b');
            case 'f' -> capture.keepUnit('\f');
            case 'n' -> capture.keepUnit('\n');
            case 'r' -> capture.keepUnit('\r');
            case 't' -> capture.keepUnit('\t');
            case 'u' -> {
                unit = 0;
                unitDigits = 0;
                state = HEX;
                return i + 1;
            }
            default -> {
                return fail(i);
            }
        }
        state = STRING;
        return i + 1;
    }

    private int readHex(byte b, int i) {
        int digit = Character.digit(b, 16);
        if (digit < 0) {
            return fail(i);
        }
        unit = unit << 4 | digit;
        if (++unitDigits == 4) {
            capture.keepUnit(unit);
            state = STRING;
        }
        return i + 1;
    }

    private int readLiteral(byte b, int i) {
        if (b != literal[literalRead]) {
            return fail(i);
        }
        if (++literalRead == literal.length) {
            endScalar(base + i + 1);
        }
        return i + 1;
    }

    private int readNumber(byte[] bytes, int from, int to) {
        int i = number.read(bytes, from, to);
        if (i < to) {
            if (!number.isComplete()) {
                return fail(i);
            }
            endNumber(base + i);
        }
        return i;
    }

    private void endNumber(long end) {
        if (value != NONE) {
            values.number(value, number.value());
        }
        endScalar(end);
    }

    private void endString(byte[] bytes, int from, int to) {
        if (inKey) {
            endKey(bytes, from, to);
            state = COLON;
            return;
        }
        if (capture.isOn()) {
            capture.keep(bytes, from, to);
            int length = capture.finish();
            if (paths.textBytes(value) > 0) {
                values.textLength(value, length);
            }
        }
        endScalar(base + to + 1);
    }

    private void endKey(byte[] bytes, int from, int to) {
        value = NONE;
        if (!capture.isOn()) {
            return;
        }
        if (capture.isEmpty()) {
            capture.stop();
            value = paths.child(object, bytes, from, to);
        } else {
            capture.keep(bytes, from, to);
            int length = capture.finish();
            value = length > name.length ? NONE : paths.child(object, name, 0, length);
        }
        if (value != NONE
                && duplicate == NONE
                && values.isSeen(value)
                && !paths.isRepeated(value)) {
            duplicate = value;
            duplicateOffset = keyStart;
        }
    }

    private void endScalar(long end) {
        if (value != NONE) {
            values.end(value, end);
            value = NONE;
        }
        state = depth == 0 ? COMPLETE : AFTER_VALUE;
    }

    private int fail(int i) {
        errorOffset = base + i;
        state = MALFORMED;
        return NONE;
    }
}
