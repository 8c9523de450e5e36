package io.sluice.transport.downstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;
import io.sluice.testing.SettingsFixture;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.ResponseStart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseEncoderTest {

    private final ClientFixture client = new ClientFixture(new SettingsFixture().build());
    private final ResponseEncoder encoder = client.channel().pipeline().get(ResponseEncoder.class);

    @AfterEach
    void release() {
        client.release();
    }

    @ParameterizedTest
    @CsvSource({
        // what is asked, status, length | how the body is framed, what is sent, whether it lives on
        "GET HTTP/1.1,  200, 5,  'content-length: 5',            hello,              true",
        "GET HTTP/1.1,  200, -1, 'transfer-encoding: chunked',   '5#hello#0##',      true",
        "GET HTTP/1.1,  204, -1, '',                             '',                 true",
        "GET HTTP/1.1,  204, 0,  '',                             '',                 true",
        "GET HTTP/1.1,  304, -1, '',                             '',                 true",
        "GET HTTP/1.1,  500, -1, 'transfer-encoding: chunked',   '5#hello#0##',      true",
        "HEAD HTTP/1.1, 200, 5,  'content-length: 5',            '',                 true",
        "HEAD HTTP/1.1, 200, -1, '',                             '',                 true",
        "GET HTTP/1.0,  200, 5,  'content-length: 5',            hello,              false",
        "GET HTTP/1.0,  200, -1, '',                             hello,              false",
        "GET HTTP/1.0,  204, -1, '',                             '',                 false"
    })
    void framesAsTheCallerAndTheStatusWantIt(
            String asked, int status, long length, String framing, String body, boolean livesOn) {
        ResponseStart start = begin(asked, status).withContentLength(length);

        encoder.start(start);
        encoder.payload(bytes("hello"));
        encoder.end();
        encoder.flush();

        String answer = client.received();
        int end = answer.indexOf("\r\n\r\n") + 4;
        String head = answer.substring(0, end);
        assertThat(head).startsWith("HTTP/1.1 " + status + " ");
        assertThat(head.contains("transfer-encoding: chunked"))
                .isEqualTo(framing.startsWith("transfer"));
        assertThat(head.contains("content-length: 5")).isEqualTo(framing.startsWith("content"));
        assertThat(head.contains("content-length")).isEqualTo(framing.startsWith("content"));
        assertThat(answer.substring(end)).isEqualTo(body.replace("#", "\r\n"));
        assertThat(head.contains("connection: close")).isEqualTo(!livesOn);
        assertThat(client.isOpen()).isEqualTo(livesOn);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 8 << 10, (8 << 10) + 1, 100_000})
    void writesPayload_whateverItsSize(int size) {
        encoder.start(begin("GET HTTP/1.1", 200));
        String text = "x".repeat(size);

        encoder.payload(bytes(text));
        encoder.payload(bytes(text));
        encoder.end();
        encoder.flush();

        String chunk = Integer.toHexString(size) + "\r\n" + text + "\r\n";
        assertThat(client.received()).endsWith("\r\n\r\n" + chunk + chunk + "0\r\n\r\n");
        assertThat(encoder.payloadBytes()).isEqualTo(2L * size);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8 << 10, (8 << 10) + 1})
    void writesPayloadOfKnownLength_whateverItsSize(int size) {
        encoder.start(begin("GET HTTP/1.1", 200).withContentLength(2L * size));
        encoder.payload(bytes("x".repeat(size)));
        encoder.payload(bytes("x".repeat(size)));
        encoder.end();
        encoder.flush();

        assertThat(client.received()).endsWith("\r\n\r\n" + "x".repeat(2 * size));
    }

    @Test
    void sendsHeadAndFirstPayload_inOneBuffer() {
        encoder.start(begin("GET HTTP/1.1", 200));
        encoder.payload(bytes("hello"));
        encoder.flush();

        ByteBuf first = client.channel().readOutbound();
        assertThat(first.toString(ISO_8859_1))
                .startsWith("HTTP/1.1 200")
                .endsWith("5\r\nhello\r\n");
        first.release();
        ByteBuf next = client.channel().readOutbound();
        assertThat(next).isNull();
    }

    @Test
    void sendsNothing_beforeItIsFlushed() {
        encoder.start(begin("GET HTTP/1.1", 200));
        encoder.payload(bytes("hello"));
        assertThat(client.received()).isEmpty();

        encoder.flush();
        assertThat(client.received()).isNotEmpty();
    }

    @Test
    void addsNoChunk_forAnEmptyPayload() {
        encoder.start(begin("GET HTTP/1.1", 200));
        encoder.payload(bytes(""));
        encoder.end();
        encoder.flush();

        assertThat(client.received()).endsWith("\r\n\r\n0\r\n\r\n");
    }

    @Test
    void passesWholeChunksOn_whereItSendsChunks() {
        encoder.start(begin("GET HTTP/1.1", 200));
        assertThat(encoder.takesFrames()).isTrue();

        encoder.frames(bytes("1\r\na\r\n2\r\nbc\r\n"), 3);
        encoder.frames(bytes("1\r\nd\r\n"), 1);
        encoder.end();
        encoder.flush();

        assertThat(client.received()).endsWith("\r\n\r\n1\r\na\r\n2\r\nbc\r\n1\r\nd\r\n0\r\n\r\n");
        assertThat(encoder.payloadBytes()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET HTTP/1.0", "HEAD HTTP/1.1"})
    void takesNoChunks_whereItSendsNone(String asked) {
        encoder.start(begin(asked, 200));
        assertThat(encoder.takesFrames()).isFalse();
        encoder.end();
        encoder.flush();
    }

    @Test
    void takesNoChunks_whereTheLengthIsKnown() {
        encoder.start(begin("GET HTTP/1.1", 200).withContentLength(0));
        assertThat(encoder.takesFrames()).isFalse();
        encoder.end();
        encoder.flush();
    }

    @Test
    void cutsAnAnswerShort_soThatTheClientSeesIt() {
        encoder.start(begin("GET HTTP/1.1", 200));
        encoder.payload(bytes("hello"));
        encoder.flush();
        encoder.abort();

        assertThat(client.received()).endsWith("5\r\nhello\r\n");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void sendsNothing_whenCutShortBeforeItsHeadWentOut() {
        encoder.start(begin("GET HTTP/1.1", 200));
        encoder.abort();

        assertThat(client.received()).isEmpty();
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void dropsPayload_onceTheClientHasLeft() {
        encoder.start(begin("GET HTTP/1.1", 200));
        client.channel().close();
        ByteBuf payload = bytes("x");
        ByteBuf frames = bytes("1\r\nx\r\n");

        encoder.payload(payload);
        encoder.frames(frames, 1);

        assertThat(payload.refCnt()).isZero();
        assertThat(frames.refCnt()).isZero();
        assertThat(encoder.payloadBytes()).isZero();
    }

    @Test
    void closesAfterwards_whenToldTo() {
        encoder.start(begin("GET HTTP/1.1", 200).withContentLength(0));
        encoder.closeAfterwards();
        encoder.end();
        encoder.flush();

        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void saysAndDoesClose_whileTheGatewayDrains() {
        client.drain();
        encoder.start(begin("GET HTTP/1.1", 200).withContentLength(0));
        encoder.end();
        encoder.flush();

        assertThat(client.received()).contains("\r\nconnection: close\r\n");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void beginsAnew_withEachRequest() {
        for (int i = 0; i < 3; i++) {
            encoder.start(begin("GET HTTP/1.1", 200));
            assertThat(encoder.isStarted()).isTrue();
            assertThat(encoder.payloadBytes()).isZero();
            encoder.payload(bytes("hello"));
            encoder.end();
            encoder.flush();

            assertThat(client.received()).endsWith("5\r\nhello\r\n0\r\n\r\n");
        }
    }

    private ResponseStart begin(String asked, int status) {
        ChannelPipeline pipeline = client.channel().pipeline();
        while (!(pipeline.last() instanceof ResponseEncoder)) {
            pipeline.removeLast();
        }
        client.send(asked.replace(" ", " / ") + "\r\nHost: h\r\n\r\n");
        client.channel().releaseInbound();
        GatewayRequest request = pipeline.get(RequestDecoder.class).request();
        assertThat(request).isNotNull();
        return request.newResponse(status);
    }

    private ByteBuf bytes(String text) {
        ByteBuf bytes = client.channel().alloc().buffer();
        bytes.writeCharSequence(text, ISO_8859_1);
        return bytes;
    }
}
