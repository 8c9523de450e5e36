package io.sluice.admission;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MediaScanTest {

    private static final int PIECE = 8192;

    @ParameterizedTest
    @ValueSource(strings = {"\"image_url\"", "\"item_reference\"", "\"file\"", "\\u0069mage\""})
    void findsAWord_whereverPiecesOfALongBodyEnd(String word) {
        for (int at = PIECE - 40; at < PIECE + 40; at++) {
            assertThat(finds("x".repeat(at) + word + "x".repeat(PIECE))).as("at " + at).isTrue();
        }
        assertThat(finds("x".repeat(2 * PIECE) + word)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\\"image_url\\\"", "\"image_urls\"", "\\\\u0069", "\"file", "\""})
    void findsNone_whereWordsStandWithinTextsOrAreOthers(String text) {
        for (int at = PIECE - 40; at < PIECE + 40; at++) {
            assertThat(finds("x".repeat(at) + text + "x".repeat(PIECE))).as("at " + at).isFalse();
        }
        assertThat(finds("x".repeat(2 * PIECE) + text)).isFalse();
    }

    @Test
    void seesTheSameInPiecesAsInOne() {
        Random random = new Random(7);
        String[] parts = {"\"", "\\", "image_url", "file\"", "\\u0061", "xx", "\"audio\"", "\\\\"};
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder("x".repeat(PIECE - random.nextInt(60)));
            for (int j = random.nextInt(12); j > 0; j--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            ByteBuf whole = Unpooled.copiedBuffer(text, US_ASCII);

            assertThat(finds(text.toString())).as("%s", text).isEqualTo(MediaScan.finds(whole));
        }
    }

    /** From direct memory, which is looked at in pieces. */
    private static boolean finds(String text) {
        ByteBuf body = Unpooled.directBuffer(text.length());
        body.writeCharSequence(text, US_ASCII);
        try {
            return MediaScan.finds(body);
        } finally {
            body.release();
        }
    }
}
