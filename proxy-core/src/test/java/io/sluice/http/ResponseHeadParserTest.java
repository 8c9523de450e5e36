package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadParserTest {

    private final ByteBuf in = ByteBufAllocator.DEFAULT.buffer();
    private final ResponseHead head = new ResponseHead();
    private final ResponseHeadParser parser = new ResponseHeadParser(64 * 1024, 100);

    @AfterEach
    void release() {
        in.release();
    }

    @Test
    void findsTheParts_ofAResponse() {
        receive("HTTP/1.1 429 Too Many\r\nRetry-After: 3\r\nContent-Length: 2\r\n\r\n{}");

        assertThat(parser.parse(in, head, false)).isTrue();

        assertThat(head.status()).isEqualTo(429);
        assertThat(head.reason()).isEqualTo("Too Many");
        assertThat(head.isInformational()).isFalse();
        assertThat(head.isKeepAlive()).isTrue();
        assertThat(head.value(head.find(HeaderName.RETRY_AFTER))).isEqualTo("3");
        assertThat(in.readableBytes()).isEqualTo(2);
        head.writeReason(in);
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo("{}Too Many");
    }

    @ParameterizedTest
    @CsvSource({
        "200, X: y, false, UNTIL_CLOSE",
        "200, Content-Length: 0, false, LENGTH",
        "200, Transfer-Encoding: chunked, false, CHUNKED",
        "200, Content-Length: 9, true, NONE",
        "200, Transfer-Encoding: chunked, true, NONE",
        "200, X: y, true, NONE",
        "204, X: y, false, NONE",
        "204, Content-Length: 0, false, NONE",
        "304, Content-Length: 9, false, NONE",
        "304, Transfer-Encoding: chunked, false, NONE",
        "100, X: y, false, NONE",
        "103, X: y, false, NONE",
    })
    void knowsWhereTheBodyEnds(
            String status, String header, boolean answersHead, BodyFraming framing) {
        receive("HTTP/1.1 " + status + " x\r\n" + header + "\r\n\r\n");

        assertThat(parser.parse(in, head, answersHead)).isTrue();

        assertThat(head.framing()).isEqualTo(framing);
        assertThat(head.isKeepAlive()).isEqualTo(framing != BodyFraming.UNTIL_CLOSE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\nHTTP/1.1 200 OK",
                "http/1.1 200 OK",
                "ICY 200 OK",
                "HTTP/1.1  200 OK",
                "HTTP/1.1",
                "HTTP/1.1 ",
                "HTTP/1.1 20 OK",
                "HTTP/1.1 2000 OK",
                "HTTP/1.1 2x0 OK",
                "HTTP/1.1 +20 OK",
                "HTTP/1.1 099 OK",
                "HTTP/1.1 600 OK",
                "HTTP/1.1 000 OK",
                "HTTP/1.1 101 Switching Protocols",
                "HTTP/1.1\t200 OK",
                "HTTP/1.1 200\tOK",
                "HTTP/1.1 200 O\0K",
                "HTTP/1.1 200 O\rK",
                "HTTP/1.1 200 OK\n",
                "HTTP/2.0 200 OK",
                "HTTP/1.2 200 OK",
                "HTTP/1.1 204 x\r\nContent-Length: 1",
                "HTTP/1.1 204 x\r\nTransfer-Encoding: chunked",
                "HTTP/1.1 100 x\r\nContent-Length: 1",
                "HTTP/1.1 304 x\r\nContent-Length: a",
                "HTTP/1.1 200 x\r\nContent-Length: 1\r\nContent-Length: 1",
                "HTTP/1.1 200 x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
                "HTTP/1.1 200 x\r\nTransfer-Encoding: gzip, chunked",
                "HTTP/1.0 200 x\r\nTransfer-Encoding: chunked",
                "HTTP/1.1 200 x\r\nA: b\r\n c",
                "HTTP/1.1 200 x\r\nA : b",
            })
    void refuses(String start) {
        receive(start + "\r\n\r\n");

        assertThatThrownBy(() -> parser.parse(in, head, false))
                .isInstanceOf(MalformedHttpException.class);
    }

    @Test
    void waitsForMore_andConsumesNothing() {
        assertThat(parser.parse(in, head, false)).isFalse();
        receive("HTTP/1.1 200 OK\r\n\r");

        assertThat(parser.parse(in, head, false)).isFalse();

        assertThat(in.readerIndex()).isZero();
        receive("\n");
        assertThat(parser.parse(in, head, false)).isTrue();
    }

    private void receive(String text) {
        in.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
