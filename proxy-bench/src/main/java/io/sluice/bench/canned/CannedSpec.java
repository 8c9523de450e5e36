package io.sluice.bench.canned;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

/**
 * What a canned answer looks like. It travels inside the prompt, so that it passes through any
 * gateway: {@code @canned s=1 n=200 b=184 r=0 g=10000 f=0 i=0123456789abcdef@}.
 *
 * @param stream whether the answer is an event stream
 * @param chunks events with text, for a stream; 0 to 999,999
 * @param chunkBytes bytes of such an event; less than the least possible size means that size
 * @param answerBytes bytes of a plain answer, likewise
 * @param gapMicros from one event to the next; 0 means back to back
 * @param firstMicros from the request to the first byte of the answer
 */
public record CannedSpec(
        boolean stream,
        int chunks,
        int chunkBytes,
        int answerBytes,
        long gapMicros,
        long firstMicros) {

    private static final String OPENING = "@canned ";
    private static final byte[] OPENING_BYTES = OPENING.getBytes(US_ASCII);
    private static final int MAX_CHUNKS = 999_999;
    private static final int MAX_TOKEN_BYTES = 160;

    /** Bytes of a call's id: a number in hexadecimal digits. */
    public static final int ID_BYTES = 16;

    public CannedSpec {
        if (chunks < 0 || chunks > MAX_CHUNKS) {
            throw new IllegalArgumentException("chunks must be 0 to " + MAX_CHUNKS);
        }
        if (chunkBytes < 0 || answerBytes < 0 || gapMicros < 0 || firstMicros < 0) {
            throw new IllegalArgumentException("sizes and times must not be negative");
        }
    }

    /** A plain answer that comes at once. */
    public static CannedSpec plain(int answerBytes) {
        return new CannedSpec(false, 0, 0, answerBytes, 0, 0);
    }

    /** A stream that begins at once. */
    public static CannedSpec stream(int chunks, int chunkBytes, long gapMicros) {
        return new CannedSpec(true, chunks, chunkBytes, 0, gapMicros, 0);
    }

    /** This one with a wait before the first byte. */
    public CannedSpec withFirst(long micros) {
        return new CannedSpec(stream, chunks, chunkBytes, answerBytes, gapMicros, micros);
    }

    /** The token with the id 0; the id is the last {@link #ID_BYTES} bytes before the closing @. */
    public String token() {
        return key() + "i=" + "0".repeat(ID_BYTES) + "@";
    }

    /** The part of the token that is the same for all calls. */
    private String key() {
        return OPENING
                + "s="
                + (stream ? 1 : 0)
                + " n="
                + chunks
                + " b="
                + chunkBytes
                + " r="
                + answerBytes
                + " g="
                + gapMicros
                + " f="
                + firstMicros
                + " ";
    }

    /**
     * Where the token's part that is the same for all calls begins, or -1.
     *
     * @param bytes borrowed
     */
    static int find(byte[] bytes, int from, int to) {
        int last = to - OPENING_BYTES.length;
        for (int i = from; i <= last; i++) {
            if (bytes[i] == '@' && matches(bytes, i, OPENING_BYTES)) {
                return i;
            }
        }
        return -1;
    }

    static boolean matches(byte[] bytes, int at, byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (bytes[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    /** Where the digits of the id begin, or -1 if the token is not whole. */
    static int idAt(byte[] bytes, int token, int to) {
        int end = Math.min(to, token + MAX_TOKEN_BYTES);
        for (int i = token + OPENING_BYTES.length; i < end; i++) {
            if (bytes[i] == '@') {
                int id = i - ID_BYTES;
                return id >= 2 && bytes[id - 1] == '=' && bytes[id - 2] == 'i' ? id : -1;
            }
        }
        return -1;
    }

    /** The spec in a token up to its id, or {@code null} if it is none. */
    static @Nullable CannedSpec parse(String key) {
        long[] values = new long[6];
        String names = "snbrgf";
        for (String part : key.strip().substring(OPENING.length()).split(" ", -1)) {
            int name = part.length() > 2 ? names.indexOf(part.charAt(0)) : -1;
            if (name >= 0) {
                try {
                    values[name] = Long.parseLong(part.substring(2));
                } catch (NumberFormatException _) {
                    return null;
                }
            }
        }
        return new CannedSpec(
                values[0] == 1,
                (int) values[1],
                (int) values[2],
                (int) values[3],
                values[4],
                values[5]);
    }
}
