package io.sluice.json;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * A piece of text that stays where it was found: bytes of a body, and what they are.
 *
 * <p>What stands in a body as a JSON string is handed on as it is written there, escapes and all;
 * it is decoded only where its target is no JSON string. A text that came with a request is not
 * changed any more and lives as long as the body; one that a reader of answers hands on is valid
 * only during the call, and {@link #copy} keeps it. Not safe for threads.
 */
public final class JsonText {

    /** What the bytes are. */
    public enum Form {
        /** The inside of a JSON string, without its quotes. */
        STRING,
        /** A whole JSON value. */
        JSON,
        /** UTF-8, not escaped. */
        PLAIN
    }

    /** No text at all. */
    public static final JsonText EMPTY = new JsonText().set(new byte[0], 0, 0, Form.STRING);

    private byte[] bytes = new byte[0];
    private int from;
    private int to;
    private Form form = Form.STRING;

    /** An empty text, to be {@link #set}. */
    public JsonText() {}

    /** The text of {@code value}. */
    public static JsonText of(String value) {
        byte[] quoted = JsonStrings.quoted(value);
        return new JsonText().set(quoted, 1, quoted.length - 1, Form.STRING);
    }

    /** A JSON value as it is written. */
    public static JsonText json(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return new JsonText().set(utf8, 0, utf8.length, Form.JSON);
    }

    /**
     * Points at {@code bytes[from..to)}.
     *
     * @param bytes borrowed
     */
    public JsonText set(byte[] bytes, int from, int to, Form form) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.form = form;
        return this;
    }

    /** The same text, apart from these bytes. */
    public JsonText copy() {
        return new JsonText()
                .set(java.util.Arrays.copyOfRange(bytes, from, to), 0, to - from, form);
    }

    public Form form() {
        return form;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int from() {
        return from;
    }

    public int to() {
        return to;
    }

    public boolean isEmpty() {
        return from == to;
    }

    /** How many bytes it takes as it is written. */
    public int length() {
        return to - from;
    }

    /** Writes it as a JSON string. */
    public void writeQuoted(ByteBuf out) {
        out.writeByte('"');
        writeInside(out);
        out.writeByte('"');
    }

    /** Writes it as the inside of a JSON string. */
    public void writeInside(ByteBuf out) {
        if (form == Form.STRING) {
            out.writeBytes(bytes, from, to - from);
        } else {
            JsonStrings.writeEscaped(bytes, from, to, out);
        }
    }

    /** Writes the text itself, escapes decoded; half a surrogate pair becomes a question mark. */
    public void writeDecoded(ByteBuf out) {
        if (form == Form.STRING && escape(from) < to) {
            JsonStrings.writeDecoded(bytes, from, to, out);
        } else {
            out.writeBytes(bytes, from, to - from);
        }
    }

    /** Adds it to a sample as it is written. */
    public void sampleInto(TextSample sample) {
        sample.append(bytes, from, to);
    }

    /** The text itself; of a JSON value what is written there. */
    public String string() {
        String raw = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        return form == Form.STRING && raw.indexOf('\\') >= 0 ? JsonValues.unescaped(raw) : raw;
    }

    /** Whether the text is {@code ascii}, which holds nothing that is escaped. */
    public boolean is(String ascii) {
        if (ascii.length() != to - from) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (bytes[from + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the text begins with {@code ascii}, which holds nothing that is escaped. */
    public boolean startsWith(String ascii) {
        if (ascii.length() > to - from) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (bytes[from + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The place of the first {@code b}, or the end where there is none. */
    public int indexOf(char b) {
        int i = from;
        while (i < to && bytes[i] != b) {
            i++;
        }
        return i;
    }

    /** A part of the text by the places of its bytes. */
    public JsonText part(int start, int end) {
        return new JsonText().set(bytes, start, end, form);
    }

    /** Whether it is a JSON value that is a string. */
    public boolean isQuoted() {
        return form == Form.JSON && to - from >= 2 && bytes[from] == '"';
    }

    /** The inside of a JSON value that is a string; of anything else the value as a string. */
    public JsonText unquoted() {
        return isQuoted()
                ? new JsonText().set(bytes, from + 1, to - 1, Form.STRING)
                : new JsonText().set(bytes, from, to, Form.PLAIN);
    }

    @Override
    public String toString() {
        return string();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonText text
                && (form == Form.JSON) == (text.form == Form.JSON)
                && string().equals(text.string());
    }

    @Override
    public int hashCode() {
        return string().hashCode();
    }

    private int escape(int start) {
        int i = start;
        while (i < to && bytes[i] != '\\') {
            i++;
        }
        return i;
    }
}
