package io.sluice.json;

import org.jspecify.annotations.Nullable;

/** Keeps the decoded bytes of one JSON string, however it is cut, up to the room it is given. */
final class StringCapture {

    private static final byte[] NOWHERE = new byte[0];

    private final byte[] encoded = new byte[4];
    private byte[] out = NOWHERE;
    private @Nullable TextSample sample;
    private boolean on;
    private int length;

    /** A high surrogate from an escape that still waits for its other half, or 0. */
    private int high;

    void start(byte[] out) {
        this.out = out;
        sample = null;
        on = true;
        length = 0;
        high = 0;
    }

    /** Keeps the next string as a part of {@code into}. */
    void start(TextSample into) {
        start(NOWHERE);
        sample = into;
    }

    void stop() {
        on = false;
    }

    boolean isOn() {
        return on;
    }

    /** Whether nothing was kept yet. */
    boolean isEmpty() {
        return length == 0 && high == 0;
    }

    /** Keeps {@code bytes[from..to)}. */
    void keep(byte[] bytes, int from, int to) {
        if (on && from < to) {
            flushSurrogate();
            append(bytes, from, to);
        }
    }

    /** Keeps one byte that was not escaped. */
    void keepByte(byte b) {
        if (on) {
            encoded[0] = b;
            append(encoded, 0, 1);
        }
    }

    /** Keeps a UTF-16 unit that was escaped. */
    void keepUnit(int unit) {
        if (!on) {
            return;
        }
        if (high != 0 && Character.isLowSurrogate((char) unit)) {
            int codePoint = Character.toCodePoint((char) high, (char) unit);
            high = 0;
            appendCodePoint(codePoint);
            return;
        }
        flushSurrogate();
        if (Character.isHighSurrogate((char) unit)) {
            high = unit;
        } else {
            appendCodePoint(unit);
        }
    }

    /**
     * The number of bytes kept, 0 for a sample; more than there is room for where the string was
     * too long.
     */
    int finish() {
        flushSurrogate();
        on = false;
        return length;
    }

    private void flushSurrogate() {
        if (high != 0) {
            int lone = high;
            high = 0;
            appendCodePoint(lone);
        }
    }

    private void appendCodePoint(int codePoint) {
        append(encoded, 0, Utf8.encode(codePoint, encoded, 0));
    }

    private void append(byte[] bytes, int from, int to) {
        if (sample != null) {
            sample.append(bytes, from, to);
            return;
        }
        int count = to - from;
        if (count > out.length - length) {
            length = out.length + 1;
            return;
        }
        System.arraycopy(bytes, from, out, length, count);
        length += count;
    }
}
