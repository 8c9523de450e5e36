package io.sluice.json;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** JSON strings as bytes (RFC 8259, section 7). */
public final class JsonStrings {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private JsonStrings() {}

    /** {@code value} in quotes; a lone surrogate stays as an escape. */
    public static byte[] quoted(String value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(value.length() + 2);
        write(value, out::write);
        return out.toByteArray();
    }

    /**
     * Writes {@code value} in quotes; a lone surrogate stays as an escape.
     *
     * @param out borrowed
     */
    public static void writeQuoted(String value, ByteBuf out) {
        out.ensureWritable(value.length() + 2);
        write(value, out::writeByte);
    }

    private static void write(String value, ByteSink out) {
        byte[] encoded = new byte[4];
        out.put('"');
        int i = 0;
        while (i < value.length()) {
            int codePoint = value.codePointAt(i);
            i += Character.charCount(codePoint);
            if (codePoint == '"' || codePoint == '\\') {
                out.put('\\');
                out.put(codePoint);
            } else if (codePoint < ' ' || isSurrogate(codePoint)) {
                escape(codePoint, out);
            } else {
                int length = Utf8.encode(codePoint, encoded, 0);
                for (int n = 0; n < length; n++) {
                    out.put(encoded[n]);
                }
            }
        }
        out.put('"');
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    private static void escape(int unit, ByteSink out) {
        out.put('\\');
        switch (unit) {
            case '\b' -> out.put('b');
            case '\f' -> out.put('f');
            case '\n' -> out.put('n');
            case '\r' -> out.put('r');
            case '\t' -> out.put('t');
            default -> {
                out.put('u');
                for (int shift = 12; shift >= 0; shift -= 4) {
                    out.put(HEX[unit >> shift & 0xF]);
                }
            }
        }
    }

    @FunctionalInterface
    private interface ByteSink {
        void put(int b);
    }
}
