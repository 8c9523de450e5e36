package io.sluice.admission;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;

/** Whether a body speaks of media: images, sound, files. One for each thread. */
final class MediaScan {

    /*
     * Media are found by the strings that announce them, as they stand between quotes: in a text
     * the closing quote of such a word is escaped, so that what people write about images is not
     * taken for one. Words can be written with escapes, too; a body that writes a letter so says
     * what nobody else does, and counts as media.
     *
     * Bytes are looked at in an array, through which a body that has none is copied piece by piece:
     * a body of a mebibyte is read whole, and byte by byte from the buffer it takes ten times as
     * long. A piece ends so far behind the last place that is looked at that what begins there is
     * whole in it.
     */

    private static final byte[][] MEDIA = {
        word("image_url"),
        word("input_image"),
        word("input_audio"),
        word("input_file"),
        word("image_file"),
        word("video_url"),
        word("file_id"),
        word("file"),
        word("image"),
        word("audio"),
        word("video"),
        word("document"),
        word("item_reference"),
        word("container_upload"),
        word("inlineData"),
        word("inline_data"),
        word("fileData"),
        word("file_data")
    };

    /** A body that is longer than any text of a context window is not searched. */
    private static final int MAX_SEARCHED = 1 << 20;

    private static final int LOOK_AHEAD = 24;
    private static final int WINDOW_BYTES = 8192;
    private static final int FOUND = -1;
    private static final int ESCAPE_BYTES = 6;

    private static final FastThreadLocal<MediaScan> OWN =
            new FastThreadLocal<>() {
                @Override
                protected MediaScan initialValue() {
                    return new MediaScan();
                }
            };

    private final byte[] window = new byte[WINDOW_BYTES];

    private MediaScan() {}

    /**
     * Looks. Says so of every body that is too long to be searched on an event loop.
     *
     * @param body borrowed; its indices do not move
     */
    static boolean finds(ByteBuf body) {
        if (body.readableBytes() > MAX_SEARCHED) {
            return true;
        }
        if (body.hasArray()) {
            int from = body.arrayOffset() + body.readerIndex();
            int end = from + body.readableBytes();
            return scan(body.array(), from, end, end) == FOUND;
        }
        return OWN.get().findsInPieces(body);
    }

    private boolean findsInPieces(ByteBuf body) {
        int end = body.writerIndex();
        int at = body.readerIndex();
        while (at < end) {
            int count = Math.min(end - at, WINDOW_BYTES);
            body.getBytes(at, window, 0, count);
            boolean isLast = at + count == end;
            int reached = scan(window, 0, isLast ? count : count - LOOK_AHEAD, count);
            if (reached == FOUND) {
                return true;
            }
            at += reached;
        }
        return false;
    }

    /**
     * Looks at the places before {@code limit}; what begins there may reach up to {@code end}.
     *
     * @return the next place to look at, or {@link #FOUND}
     */
    private static int scan(byte[] bytes, int from, int limit, int end) {
        int at = from;
        while (at < limit) {
            byte one = bytes[at];
            if (one == '"'
                    ? isMedia(bytes, at + 1, end)
                    : one == '\\' && isLetter(bytes, at, end)) {
                return FOUND;
            }
            at += one == '\\' ? 2 : 1;
        }
        return at;
    }

    private static boolean isMedia(byte[] bytes, int from, int end) {
        for (byte[] word : MEDIA) {
            if (end - from >= word.length && bytes[from] == word[0] && stands(bytes, from, word)) {
                return true;
            }
        }
        return false;
    }

    private static boolean stands(byte[] bytes, int from, byte[] word) {
        for (int i = 1; i < word.length; i++) {
            if (bytes[from + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether a letter of a word above stands here as an escape: {@code \\u005f} to {@code 7a}. */
    private static boolean isLetter(byte[] bytes, int at, int end) {
        return end - at >= ESCAPE_BYTES
                && bytes[at + 1] == 'u'
                && bytes[at + 2] == '0'
                && bytes[at + 3] == '0'
                && bytes[at + 4] >= '5'
                && bytes[at + 4] <= '7';
    }

    private static byte[] word(String text) {
        return (text + '"').getBytes(US_ASCII);
    }
}
