package io.sluice.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.testing.MalformedRequests;
import io.sluice.testing.MalformedRequests.RawRequest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class MalformedRequestsTest {

    static final List<RawRequest> REFUSED = MalformedRequests.refused();
    static final List<RawRequest> WELL_FORMED =
            Stream.of(MalformedRequests.accepted(), MalformedRequests.refusedLater())
                    .flatMap(List::stream)
                    .toList();

    @ParameterizedTest
    @FieldSource("REFUSED")
    void refusesWithItsStatus(RawRequest request) {
        assertThat(statusOf(request.bytes())).isEqualTo(request.status());
    }

    @ParameterizedTest
    @FieldSource("REFUSED")
    void refusesWithTheSameStatus_byteByByte(RawRequest request) {
        byte[] bytes = request.bytes();
        int[] cuts = Splits.everyByte(Math.min(bytes.length, 2000));

        Reading whole = SluiceReader.requests(bytes);
        Reading cut = SluiceReader.requests(bytes, cuts);

        assertThat(cut).isEqualTo(whole);
        assertThat(whole.isRefused()).isTrue();
    }

    @ParameterizedTest
    @FieldSource("WELL_FORMED")
    void accepts(RawRequest request) {
        Reading reading = SluiceReader.requests(request.bytes());

        assertThat(reading.refusal()).isNull();
        assertThat(reading.messages()).hasSize(1);
    }

    @ParameterizedTest
    @FieldSource("WELL_FORMED")
    void acceptsAgain_asTheNextOfItsConnection(RawRequest request) {
        Reading once = SluiceReader.requests(request.bytes());
        Reading twice = SluiceReader.requests((request.raw() + request.raw()).getBytes(ISO_8859_1));

        int complete = (int) once.messages().stream().filter(Reading.Message::complete).count();
        assertThat(twice.messages()).hasSize(1 + complete);
    }

    @Test
    void namesEachCaseOnce() {
        assertThat(REFUSED).extracting(RawRequest::name).doesNotHaveDuplicates();
        assertThat(REFUSED).hasSizeGreaterThanOrEqualTo(80);
    }

    /** The status that one request is refused with, or 200. */
    private static int statusOf(byte[] bytes) {
        ByteBuf in = ByteBufAllocator.DEFAULT.buffer().writeBytes(bytes);
        try {
            RequestHead head = new RequestHead();
            boolean found =
                    new RequestHeadParser(
                                    MalformedRequests.MAX_HEAD_BYTES, MalformedRequests.MAX_HEADERS)
                            .parse(in, head);
            assertThat(found).isTrue();
            ChunkedDecoder chunks = new ChunkedDecoder(MalformedRequests.MAX_HEAD_BYTES);
            if (head.framing() == BodyFraming.CHUNKED) {
                while (chunks.next(in)) {
                    assertThat(chunks.pieceLength()).isPositive();
                }
            }
            return 200;
        } catch (MalformedHttpException e) {
            return e.reason().status();
        } finally {
            in.release();
        }
    }
}
