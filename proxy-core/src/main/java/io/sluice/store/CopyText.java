package io.sluice.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows in the text format of PostgreSQL's COPY, in UTF-8. Confined to one thread. */
final class CopyText {

    private static final int FIRST_CAPACITY = 1 << 16;
    private static final int MAX_DIGITS = 20;

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int length;

    /** Adds a row of numbers, truths, texts or ids, and nulls. */
    void add(List<? extends @Nullable Object> row) {
        boolean isFirst = true;
        for (Object value : row) {
            if (!isFirst) {
                put('\t');
            }
            isFirst = false;
            switch (value) {
                case null -> {
                    put('\\');
                    put('N');
                }
                case String text -> escape(text.getBytes(UTF_8));
                case Long number -> number(number);
                default -> escape(value.toString().getBytes(UTF_8));
            }
        }
        put('\n');
    }

    /** All rows so far. Lasts until the next is added. */
    InputStream stream() {
        return new ByteArrayInputStream(bytes, 0, length);
    }

    private void escape(byte[] text) {
        ensure(2 * text.length);
        byte[] out = bytes;
        int at = length;
        for (byte one : text) {
            if ((one > '\r' && one != '\\') || one < 0) {
                out[at++] = one;
            } else {
                at = escape(one, out, at);
            }
        }
        length = at;
    }

    private static int escape(byte one, byte[] out, int start) {
        int at = start;
        char letter =
                switch (one) {
                    case '\\' -> '\\';
                    case '\n' -> 'n';
                    case '\r' -> 'r';
                    case '\t' -> 't';
                    default -> 0;
                };
        if (letter == 0) {
            out[at++] = one;
        } else {
            out[at++] = '\\';
            out[at++] = (byte) letter;
        }
        return at;
    }

    private void number(long value) {
        if (value < 0) {
            escape(Long.toString(value).getBytes(UTF_8));
            return;
        }
        ensure(MAX_DIGITS);
        int end = length + digits(value);
        long rest = value;
        for (int at = end - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length = end;
    }

    private static int digits(long value) {
        int digits = 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private void put(char one) {
        ensure(1);
        bytes[length++] = (byte) one;
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
