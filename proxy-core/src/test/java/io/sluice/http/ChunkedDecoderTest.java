package io.sluice.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedDecoderTest {

    private static final int MAX_TRAILER_BYTES = 16;

    private final ByteBuf in = ByteBufAllocator.DEFAULT.buffer();
    private final ChunkedDecoder chunks = new ChunkedDecoder(MAX_TRAILER_BYTES);

    @AfterEach
    void release() {
        in.release();
    }

    @Test
    void boundsAWholeChunk_withItsLineAndEnd() {
        receive("1\r\na\r\n3\r\nbcd\r\n0\r\n\r\nnext");

        assertThat(chunks.next(in)).isTrue();
        assertThat(chunks.isWholeChunk()).isTrue();
        assertThat(frame()).isEqualTo("1\r\na\r\n");
        assertThat(chunks.next(in)).isTrue();
        assertThat(chunks.isWholeChunk()).isTrue();
        assertThat(frame()).isEqualTo("3\r\nbcd\r\n");
        assertThat(piece()).isEqualTo("bcd");
        assertThat(chunks.next(in)).isFalse();

        assertThat(chunks.isFinished()).isTrue();
        assertThat(in.toString(ISO_8859_1)).isEqualTo("next");
        assertThat(chunks.next(in)).isFalse();
    }

    @Test
    void handsOutPieces_whereAChunkIsNotWhole() {
        receive("5\r\nhel");
        assertThat(chunks.next(in)).isTrue();
        assertThat(chunks.isWholeChunk()).isFalse();
        assertThat(piece()).isEqualTo("hel");
        assertThat(chunks.next(in)).isFalse();

        receive("lo\r\n2\r\nab");
        assertThat(chunks.next(in)).isTrue();
        assertThat(chunks.isWholeChunk()).isFalse();
        assertThat(piece()).isEqualTo("lo");
        assertThat(chunks.next(in)).isTrue();
        assertThat(chunks.isWholeChunk()).isFalse();
        assertThat(piece()).isEqualTo("ab");
        assertThat(chunks.next(in)).isFalse();
        assertThat(chunks.isFinished()).isFalse();
        assertThat(in.isReadable()).isFalse();
    }

    @Test
    void callsAChunkNotWhole_whoseLineBeganInAnEarlierRead() {
        receive("2");
        assertThat(chunks.next(in)).isFalse();
        receive("\r\nab\r\n");

        assertThat(chunks.next(in)).isTrue();

        assertThat(chunks.isWholeChunk()).isFalse();
        assertThat(piece()).isEqualTo("ab");
    }

    @Test
    void callsAChunkNotWhole_whichHasAnExtension() {
        receive("2;a\r\nab\r\n1\r\nc\r\n");

        assertThat(chunks.next(in)).isTrue();
        assertThat(chunks.isWholeChunk()).isFalse();
        assertThat(piece()).isEqualTo("ab");
        assertThat(chunks.next(in)).isTrue();
        assertThat(chunks.isWholeChunk()).isTrue();
        assertThat(piece()).isEqualTo("c");
    }

    @Test
    void beginsAnotherBody_whenReset() {
        receive("0\r\nA: b\r\n\r\n0\r\nA: b\r\n\r\n");
        assertThat(chunks.next(in)).isFalse();
        assertThat(chunks.isFinished()).isTrue();

        chunks.reset();

        assertThat(chunks.isFinished()).isFalse();
        assertThat(chunks.next(in)).isFalse();
        assertThat(chunks.isFinished()).isTrue();
        assertThat(in.isReadable()).isFalse();
    }

    @Test
    void takesATrailer_upToItsBound() {
        receive("0\r\nA: " + "b".repeat(MAX_TRAILER_BYTES - 6) + "\r\n\r\n");
        assertThat(chunks.next(in)).isFalse();
        assertThat(chunks.isFinished()).isTrue();

        chunks.reset();
        receive("0\r\nA: " + "b".repeat(MAX_TRAILER_BYTES - 5) + "\r\n\r\n");

        assertThatThrownBy(() -> chunks.next(in))
                .isInstanceOf(MalformedHttpException.class)
                .hasMessage("the trailer is too large");
    }

    @Test
    void takesASizeLine_ofFourKibibytes() {
        receive("1;" + "a".repeat(4093) + "\r\nb\r\n");
        assertThat(chunks.next(in)).isTrue();

        receive("1;" + "a".repeat(4094) + "\r\nb\r\n");
        assertThatThrownBy(() -> chunks.next(in))
                .isInstanceOf(MalformedHttpException.class)
                .hasMessage("the chunk-size line is too long");
    }

    @ParameterizedTest
    @CsvSource({"7fffffff, true", "80000000, false", "00000000000000001, false"})
    void boundsTheSize(String size, boolean accepted) {
        receive(size + "\r\na");

        if (accepted) {
            assertThat(chunks.next(in)).isTrue();
        } else {
            assertThatThrownBy(() -> chunks.next(in)).hasMessage("invalid chunk size");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 10, 15, 16, 255, 256, 4095, 65_536, Integer.MAX_VALUE})
    void readsBack_whatTheEncoderWrote(int size) {
        ChunkedEncoder.writeChunkHead(in, size);

        assertThat(in.toString(ISO_8859_1)).isEqualTo(Integer.toHexString(size) + "\r\n");
        in.writeByte('a');
        assertThat(chunks.next(in)).isTrue();
        assertThat(chunks.pieceLength()).isEqualTo(1);
    }

    @Test
    void ends_withTheEncodersLastChunk() {
        in.writeBytes(ChunkedEncoder.LAST_CHUNK);

        assertThat(chunks.next(in)).isFalse();

        assertThat(chunks.isFinished()).isTrue();
        assertThatThrownBy(() -> ChunkedEncoder.writeChunkHead(in, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private String frame() {
        int length = chunks.frameEnd() - chunks.frameIndex();
        return in.toString(chunks.frameIndex(), length, ISO_8859_1);
    }

    private String piece() {
        return in.toString(chunks.pieceIndex(), chunks.pieceLength(), ISO_8859_1);
    }

    private void receive(String text) {
        in.writeBytes(text.getBytes(ISO_8859_1));
    }
}
