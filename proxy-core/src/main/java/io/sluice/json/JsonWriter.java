package io.sluice.json;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Writes one JSON document into a buffer, commas where they belong. Not safe for threads.
 *
 * <p>A field is {@link #name} and then a value; names and plain words are ASCII and hold nothing
 * that needs an escape.
 */
public final class JsonWriter {

    private ByteBuf out;
    private boolean comma;

    /**
     * Writes at the end of {@code out}.
     *
     * @param out borrowed
     */
    public JsonWriter(ByteBuf out) {
        this.out = out;
    }

    /** Writes a new document at the end of {@code out}, which is borrowed. */
    public JsonWriter on(ByteBuf out) {
        this.out = out;
        comma = false;
        return this;
    }

    /** Where it writes. */
    public ByteBuf out() {
        return out;
    }

    public JsonWriter beginObject() {
        separate();
        out.writeByte('{');
        comma = false;
        return this;
    }

    public JsonWriter endObject() {
        out.writeByte('}');
        comma = true;
        return this;
    }

    public JsonWriter beginArray() {
        separate();
        out.writeByte('[');
        comma = false;
        return this;
    }

    public JsonWriter endArray() {
        out.writeByte(']');
        comma = true;
        return this;
    }

    /** Begins a field. */
    public JsonWriter name(String ascii) {
        separate();
        out.writeByte('"');
        ascii(ascii);
        out.writeByte('"');
        out.writeByte(':');
        comma = false;
        return this;
    }

    /** Begins a field whose name may hold anything. */
    public JsonWriter anyName(String name) {
        separate();
        JsonStrings.writeQuoted(name, out);
        out.writeByte(':');
        comma = false;
        return this;
    }

    /** Writes a string of plain ASCII. */
    public JsonWriter word(String ascii) {
        separate();
        out.writeByte('"');
        ascii(ascii);
        out.writeByte('"');
        comma = true;
        return this;
    }

    /** Writes any string. */
    public JsonWriter string(String value) {
        separate();
        JsonStrings.writeQuoted(value, out);
        comma = true;
        return this;
    }

    /** Begins a string that is written piece by piece, of which {@code ascii} is the first. */
    public JsonWriter beginString(String ascii) {
        separate();
        out.writeByte('"');
        ascii(ascii);
        return this;
    }

    /** Goes on with a string that was begun. */
    public JsonWriter inside(String ascii) {
        ascii(ascii);
        return this;
    }

    /** Goes on with a string that was begun. */
    public JsonWriter inside(JsonText text) {
        text.writeInside(out);
        return this;
    }

    /** Ends a string that was begun. */
    public JsonWriter endString() {
        out.writeByte('"');
        comma = true;
        return this;
    }

    /** Writes a text as a string. */
    public JsonWriter string(JsonText value) {
        separate();
        value.writeQuoted(out);
        comma = true;
        return this;
    }

    /**
     * Writes a text whose content is a JSON value, as that value and on one line: line ends stand
     * only between its tokens, and would cut an event in two.
     */
    public JsonWriter json(JsonText value) {
        separate();
        int start = out.writerIndex();
        value.writeDecoded(out);
        for (int i = start; i < out.writerIndex(); i++) {
            byte b = out.getByte(i);
            if (b == '\n' || b == '\r') {
                out.setByte(i, ' ');
            }
        }
        comma = true;
        return this;
    }

    /** Writes fields that are made already, without the braces around them. */
    public JsonWriter fields(JsonText made) {
        return json(made);
    }

    public JsonWriter number(long value) {
        separate();
        writeLong(value, out);
        comma = true;
        return this;
    }

    public JsonWriter bool(boolean value) {
        separate();
        ascii(value ? "true" : "false");
        comma = true;
        return this;
    }

    public JsonWriter nul() {
        separate();
        ascii("null");
        comma = true;
        return this;
    }

    /** Writes a field that is a string of plain ASCII. */
    public JsonWriter word(String name, String ascii) {
        return name(name).word(ascii);
    }

    /** Writes a field that is a number. */
    public JsonWriter number(String name, long value) {
        return name(name).number(value);
    }

    /** Writes a number in decimal. */
    public static void writeLong(long value, ByteBuf out) {
        if (value == Long.MIN_VALUE) {
            out.writeCharSequence(Long.toString(value), StandardCharsets.US_ASCII);
            return;
        }
        long rest = value;
        if (rest < 0) {
            out.writeByte('-');
            rest = -rest;
        }
        long power = 1;
        while (rest / power >= 10) {
            power *= 10;
        }
        while (power > 0) {
            out.writeByte((int) ('0' + rest / power % 10));
            power /= 10;
        }
    }

    private void separate() {
        if (comma) {
            out.writeByte(',');
        }
    }

    private void ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            out.writeByte(text.charAt(i));
        }
    }
}
