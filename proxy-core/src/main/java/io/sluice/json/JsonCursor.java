package io.sluice.json;

import java.nio.charset.StandardCharsets;

/**
 * Walks through one whole JSON document in an array, value by value, without a tree.
 *
 * <p>What is stepped over is checked: strings, numbers and literals are those of RFC 8259, strings
 * are valid UTF-8, depth is bounded. An object is read by {@link #beginObject}, then {@link
 * #nextField} until it says no; each field's value must be read or {@link #skip}ped before the
 * next. Allocates nothing but the texts and strings it is asked for. Every method but {@link
 * #isDone} throws {@link MalformedJsonException} where the bytes are not what is asked for. Not
 * safe for threads.
 */
public final class JsonCursor {

    /** Containers within each other that are accepted. */
    public static final int MAX_DEPTH = 512;

    private byte[] bytes = new byte[0];
    private int start;
    private int to;
    private int at;
    private int depth;
    private int nameFrom;
    private int nameTo;
    private boolean nameEscaped;
    private int valueFrom;
    private int valueTo;

    /** For each level whether something stood in the container already. */
    private final long[] filled = new long[(MAX_DEPTH >>> 6) + 1];

    private final JsonNumber number = new JsonNumber();

    /**
     * Stands before the document {@code bytes[from..to)}.
     *
     * @param bytes borrowed while it is read
     */
    public JsonCursor on(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        start = from;
        this.to = to;
        at = from;
        depth = 0;
        return this;
    }

    /** Whether only white space is left. */
    public boolean isDone() {
        skipSpace();
        return at == to;
    }

    /** What the next value is. */
    public JsonType type() {
        skipSpace();
        return switch (peek()) {
            case '{' -> JsonType.OBJECT;
            case '[' -> JsonType.ARRAY;
            case '"' -> JsonType.STRING;
            case 't', 'f' -> JsonType.BOOLEAN;
            case 'n' -> JsonType.NULL;
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> JsonType.NUMBER;
            default -> throw fault("not a JSON value");
        };
    }

    /** Whether the next value is {@code type}. */
    public boolean is(JsonType type) {
        return type() == type;
    }

    /** Steps over the next value if it is null, and says whether it was. */
    public boolean skipNull() {
        if (type() != JsonType.NULL) {
            return false;
        }
        skip();
        return true;
    }

    /** Enters the object that comes next. */
    public void beginObject() {
        begin('{', "not a JSON object");
    }

    /** Enters the object that comes next; steps over anything else and says no. */
    public boolean tryObject() {
        if (type() != JsonType.OBJECT) {
            skip();
            return false;
        }
        beginObject();
        return true;
    }

    /** Enters the array that comes next; steps over anything else and says no. */
    public boolean tryArray() {
        if (type() != JsonType.ARRAY) {
            skip();
            return false;
        }
        beginArray();
        return true;
    }

    /** Enters the array that comes next. */
    public void beginArray() {
        begin('[', "not a JSON array");
    }

    /** Steps to the value of the next field, or behind the object where there is none. */
    public boolean nextField() {
        if (!next('}')) {
            return false;
        }
        if (peek() != '"') {
            throw fault("not a field name");
        }
        nameFrom = at + 1;
        nameEscaped = stepOverString();
        nameTo = at - 1;
        skipSpace();
        expect(':', "no colon behind a field name");
        return true;
    }

    /** Steps to the next element, or behind the array where there is none. */
    public boolean nextElement() {
        return next(']');
    }

    /** The current field's name where it is one of {@code names}, else the empty string. */
    public String name(JsonNames names) {
        if (nameEscaped) {
            byte[] decoded = name().getBytes(StandardCharsets.UTF_8);
            return names.find(decoded, 0, decoded.length);
        }
        return names.find(bytes, nameFrom, nameTo);
    }

    /** The current field's name. */
    public String name() {
        String raw = new String(bytes, nameFrom, nameTo - nameFrom, StandardCharsets.UTF_8);
        return nameEscaped ? JsonValues.unescaped(raw) : raw;
    }

    /** The string that comes next, where it is one of {@code names}, else the empty string. */
    public String choice(JsonNames names) {
        if (type() != JsonType.STRING) {
            skip();
            return "";
        }
        skip();
        return names.find(bytes, valueFrom + 1, valueTo - 1);
    }

    /** Points {@code text} at the string that comes next. */
    public JsonText string(JsonText text) {
        skipSpace();
        if (peek() != '"') {
            throw fault("not a JSON string");
        }
        int from = at + 1;
        stepOverString();
        return text.set(bytes, from, at - 1, JsonText.Form.STRING);
    }

    /** The string that comes next. */
    public JsonText string() {
        return string(new JsonText());
    }

    /** Points {@code text} at the whole value that comes next. */
    public JsonText value(JsonText text) {
        skip();
        return text.set(bytes, valueFrom, valueTo, JsonText.Form.JSON);
    }

    /** The whole value that comes next. */
    public JsonText value() {
        return value(new JsonText());
    }

    /** The number that comes next, cut towards zero, saturating; 0 for anything else. */
    public long integer() {
        boolean isNumber = type() == JsonType.NUMBER;
        skip();
        if (!isNumber) {
            return 0;
        }
        number.start(true);
        number.read(bytes, valueFrom, valueTo);
        return number.value();
    }

    /** The literal that comes next; false for anything that is not true. */
    public boolean bool() {
        skip();
        return bytes[valueFrom] == 't';
    }

    /** Steps over the next value. */
    public void skip() {
        skipSpace();
        valueFrom = at;
        int outer = depth;
        step();
        while (depth > outer) {
            skipSpace();
            if (isObject()) {
                if (nextField()) {
                    step();
                }
            } else if (nextElement()) {
                step();
            }
        }
        valueTo = at;
    }

    /** Where the cursor stands: the index of the next byte. */
    public int position() {
        return at;
    }

    private boolean isObject() {
        return (filled[(depth - 1) >>> 5] >>> (((depth - 1) & 31) * 2 + 1) & 1) != 0;
    }

    /** Steps over a scalar, or into a container. */
    private void step() {
        skipSpace();
        switch (peek()) {
            case '{' -> beginObject();
            case '[' -> beginArray();
            case '"' -> stepOverString();
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> stepOverNumber();
        }
    }

    private void begin(char open, String otherwise) {
        skipSpace();
        expect(open, otherwise);
        if (depth == MAX_DEPTH / 2) {
            throw fault("too deep");
        }
        int shift = (depth & 31) * 2;
        filled[depth >>> 5] &= ~(3L << shift);
        filled[depth >>> 5] |= (open == '{' ? 2L : 0L) << shift;
        depth++;
    }

    /** Steps to what comes next in the container, or behind its end. */
    private boolean next(char close) {
        skipSpace();
        int word = (depth - 1) >>> 5;
        long bit = 1L << (((depth - 1) & 31) * 2);
        if (peek() == close) {
            at++;
            depth--;
            return false;
        }
        if ((filled[word] & bit) != 0) {
            expect(',', "no comma between values");
            skipSpace();
        }
        filled[word] |= bit;
        return true;
    }

    private void skipSpace() {
        while (at < to && isSpace(bytes[at])) {
            at++;
        }
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private byte peek() {
        if (at >= to) {
            throw fault("JSON that ends too early");
        }
        return bytes[at];
    }

    private void expect(char b, String otherwise) {
        if (peek() != b) {
            throw fault(otherwise);
        }
        at++;
    }

    private void literal(String letters) {
        for (int i = 0; i < letters.length(); i++) {
            expect(letters.charAt(i), "not a JSON literal");
        }
    }

    private void stepOverNumber() {
        number.start(false);
        int end = number.read(bytes, at, to);
        if (end == at || !number.isComplete()) {
            throw fault("not a JSON value");
        }
        at = end;
    }

    /** Steps behind the closing quote; says whether there was an escape. */
    private boolean stepOverString() {
        boolean escaped = false;
        at++;
        while (true) {
            skipPlain();
            byte b = peek();
            if (b == '"') {
                at++;
                return escaped;
            }
            if (b == '\\') {
                escaped = true;
                stepOverEscape();
            } else {
                int end = b < 0 ? Utf8.end(bytes, at, to) : at;
                if (end == at) {
                    throw fault("not a character of a JSON string");
                }
                at = end;
            }
        }
    }

    private void skipPlain() {
        while (at <= to - Long.BYTES) {
            long stops = Swar.stringStops(Swar.word(bytes, at));
            if (stops != 0) {
                at += Swar.first(stops);
                return;
            }
            at += Long.BYTES;
        }
        while (at < to && bytes[at] >= ' ' && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
    }

    private void stepOverEscape() {
        at++;
        switch (peek()) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at++;
            case 'u' -> {
                at++;
                for (int i = 0; i < 4; i++) {
                    if (Character.digit(peek(), 16) < 0) {
                        throw fault("not a JSON escape");
                    }
                    at++;
                }
            }
            default -> throw fault("not a JSON escape");
        }
    }

    private MalformedJsonException fault(String message) {
        return new MalformedJsonException((long) at - start, message);
    }
}
