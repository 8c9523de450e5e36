package io.sluice.ledger;

/** Writes text as UTF-8, cut after a whole character, without allocating. */
final class Utf8Text {

    private static final char REPLACEMENT = '?';

    private Utf8Text() {}

    /**
     * Writes as much of {@code text} as lies before {@code limit}. What no database takes, unpaired
     * surrogates and U+0000, becomes {@code ?}.
     *
     * @return where it ends
     */
    static int put(String text, byte[] to, int start, int limit) {
        int at = start;
        for (int i = 0; i < text.length(); i++) {
            int point = pointAt(text, i);
            int size = size(point);
            if (size > limit - at) {
                break;
            }
            putPoint(point, size, to, at);
            at += size;
            i += Character.charCount(point) - 1;
        }
        return at;
    }

    /** How many bytes {@code text} takes. */
    static int length(String text) {
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            int point = pointAt(text, i);
            length += size(point);
            i += Character.charCount(point) - 1;
        }
        return length;
    }

    private static int pointAt(String text, int index) {
        int point = text.codePointAt(index);
        boolean isSurrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
        return isSurrogate || point == 0 ? REPLACEMENT : point;
    }

    private static int size(int point) {
        if (point < 0x80) {
            return 1;
        }
        if (point < 0x800) {
            return 2;
        }
        return point < 0x10000 ? 3 : 4;
    }

    private static void putPoint(int point, int size, byte[] to, int at) {
        if (size == 1) {
            to[at] = (byte) point;
            return;
        }
        int rest = point;
        for (int i = size - 1; i > 0; i--) {
            to[at + i] = (byte) (0x80 | (rest & 0x3f));
            rest >>>= 6;
        }
        to[at] = (byte) ((0xf00 >> size) | rest);
    }
}
