package io.sluice.json;

import java.nio.charset.StandardCharsets;

/**
 * The beginning of a text that is too long to be kept, and how long all of it was.
 *
 * <p>Filled by one thread at a time. Allocates nothing while it is filled.
 */
public final class TextSample {

    private final byte[] kept;
    private int length;
    private long bytes;

    /**
     * An empty sample.
     *
     * @param room bytes that are kept; 0 to count only
     */
    public TextSample(int room) {
        kept = new byte[room];
    }

    /** Forgets everything. */
    public void clear() {
        length = 0;
        bytes = 0;
    }

    /** The most bytes that are kept. */
    public int room() {
        return kept.length;
    }

    /** How many bytes of UTF-8 the text has, the kept ones included. */
    public long bytes() {
        return bytes;
    }

    /** How many of them {@link #text} stands for. */
    public int sampledBytes() {
        return end();
    }

    /** What was kept, without a character that was cut. */
    public String text() {
        return new String(kept, 0, end(), StandardCharsets.UTF_8);
    }

    /** Adds {@code from[start..end)}. */
    void append(byte[] from, int start, int end) {
        int count = Math.min(end - start, kept.length - length);
        if (count > 0) {
            System.arraycopy(from, start, kept, length, count);
            length += count;
        }
        bytes += end - start;
    }

    /** Behind the last whole character. */
    private int end() {
        if (length == bytes) {
            return length;
        }
        int at = length;
        for (int i = 0; i < 3 && at > 0 && (kept[at - 1] & 0xC0) == 0x80; i++) {
            at--;
        }
        if (at == 0 || kept[at - 1] >= 0) {
            return at;
        }
        int whole = at + Math.max(0, Utf8.following(kept[at - 1]));
        return whole <= length ? whole : at - 1;
    }
}
