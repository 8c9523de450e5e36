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

    /**
     * Writes UTF-8 as the inside of a JSON string.
     *
     * @param out borrowed
     */
    public static void writeEscaped(byte[] utf8, int from, int to, ByteBuf out) {
        int run = from;
        for (int i = from; i < to; i++) {
            byte b = utf8[i];
            if (b == '"' || b == '\\' || (b >= 0 && b < ' ')) {
                out.writeBytes(utf8, run, i - run);
                run = i + 1;
                if (b < ' ') {
                    escape(b, out::writeByte);
                } else {
                    out.writeByte('\\').writeByte(b);
                }
            }
        }
        out.writeBytes(utf8, run, to - run);
    }

    /**
     * Writes what the inside of a well-formed JSON string stands for; half a surrogate pair becomes
     * a question mark.
     *
     * @param out borrowed
     */
    static void writeDecoded(byte[] inside, int from, int to, ByteBuf out) {
        byte[] encoded = new byte[4];
        int i = from;
        while (i < to) {
            int run = i;
            while (i < to && inside[i] != '\\') {
                i++;
            }
            out.writeBytes(inside, run, i - run);
            if (i == to) {
                return;
            }
            int letter = inside[i + 1];
            i += 2;
            int codePoint =
                    switch (letter) {
                        case 'b' -> '\b';
                        case 'f' -> '\f';
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        case 't' -> '\t';
                        case 'u' -> unit(inside, i);
                        default -> letter;
                    };
            if (letter == 'u') {
                i += 4;
                if (Character.isHighSurrogate((char) codePoint) && isUnit(inside, i, to)) {
                    int low = unit(inside, i + 2);
                    if (Character.isLowSurrogate((char) low)) {
                        codePoint = Character.toCodePoint((char) codePoint, (char) low);
                        i += 6;
                    }
                }
            }
            if (isSurrogate(codePoint)) {
                codePoint = '?';
            }
            out.writeBytes(encoded, 0, Utf8.encode(codePoint, encoded, 0));
        }
    }

    private static boolean isUnit(byte[] inside, int at, int to) {
        return at + 6 <= to && inside[at] == '\\' && inside[at + 1] == 'u';
    }

    private static int unit(byte[] inside, int at) {
        int unit = 0;
        for (int i = at; i < at + 4; i++) {
            unit = unit << 4 | Character.digit(inside[i], 16);
        }
        return unit;
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
