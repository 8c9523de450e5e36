package io.sluice.json;

/** The well-formed byte sequences of UTF-8 (Unicode, table 3-7; RFC 3629, section 4). */
final class Utf8 {

    private Utf8() {}

    /** How many bytes follow {@code lead}, or -1 where no sequence begins with it. */
    static int following(byte lead) {
        int b = lead & 0xFF;
        if (b < 0x80) {
            return 0;
        }
        if (b < 0xC2 || b > 0xF4) {
            return -1;
        }
        return b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
    }

    /** The least second byte behind {@code lead}. */
    static int lower(byte lead) {
        return switch (lead & 0xFF) {
            case 0xE0 -> 0xA0;
            case 0xF0 -> 0x90;
            default -> 0x80;
        };
    }

    /** The greatest second byte behind {@code lead}. */
    static int upper(byte lead) {
        return switch (lead & 0xFF) {
            case 0xED -> 0x9F;
            case 0xF4 -> 0x8F;
            default -> 0xBF;
        };
    }

    /**
     * The end of the run of whole, well-formed sequences beyond ASCII that begins at {@code from};
     * {@code from} itself where there is none.
     */
    static int end(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && bytes[i] < 0) {
            int lead = bytes[i] & 0xFF;
            int next = lead < 0xE0 ? i + 2 : lead < 0xF0 ? i + 3 : i + 4;
            if (next > to || !isSequence(bytes, i, next, lead)) {
                return i;
            }
            i = next;
        }
        return i;
    }

    private static boolean isSequence(byte[] bytes, int at, int next, int lead) {
        if ((bytes[next - 1] & 0xC0) != 0x80 || lead < 0xC2 || lead > 0xF4) {
            return false;
        }
        if (lead < 0xE0) {
            return true;
        }
        int second = bytes[at + 1] & 0xFF;
        if (lead < 0xF0) {
            int lower = lead == 0xE0 ? 0xA0 : 0x80;
            int upper = lead == 0xED ? 0x9F : 0xBF;
            return second >= lower && second <= upper;
        }
        int lower = lead == 0xF0 ? 0x90 : 0x80;
        int upper = lead == 0xF4 ? 0x8F : 0xBF;
        return second >= lower && second <= upper && (bytes[at + 2] & 0xC0) == 0x80;
    }

    /**
     * Writes {@code codePoint} to {@code out} at {@code index}, a lone surrogate as if it were a
     * character.
     *
     * @return the number of bytes, at most four
     */
    static int encode(int codePoint, byte[] out, int index) {
        if (codePoint < 0x80) {
            out[index] = (byte) codePoint;
            return 1;
        }
        if (codePoint < 0x800) {
            out[index] = (byte) (0xC0 | codePoint >> 6);
            out[index + 1] = continuation(codePoint);
            return 2;
        }
        if (codePoint < 0x10000) {
            out[index] = (byte) (0xE0 | codePoint >> 12);
            out[index + 1] = continuation(codePoint >> 6);
            out[index + 2] = continuation(codePoint);
            return 3;
        }
        out[index] = (byte) (0xF0 | codePoint >> 18);
        out[index + 1] = continuation(codePoint >> 12);
        out[index + 2] = continuation(codePoint >> 6);
        out[index + 3] = continuation(codePoint);
        return 4;
    }

    private static byte continuation(int bits) {
        return (byte) (0x80 | (bits & 0x3F));
    }
}
