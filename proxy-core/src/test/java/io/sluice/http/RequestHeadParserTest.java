package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestHeadParserTest {

    private final ByteBuf in = ByteBufAllocator.DEFAULT.buffer();
    private final ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
    private final RequestHead head = new RequestHead();
    private final RequestHeadParser parser = new RequestHeadParser(64 * 1024, 100);

    @AfterEach
    void release() {
        in.release();
        out.release();
    }

    @Test
    void findsTheParts_ofARequest() {
        receive(
                """
                POST /v1/chat/completions?api-version=1&x=[y] HTTP/1.1\r
                Host: localhost:4000\r
                X-Custom:  a b\t\r
                content-LENGTH: 17\r
                \r
                body\
                """);

        assertThat(parser.parse(in, head)).isTrue();

        assertThat(head.method()).isEqualTo(Method.POST);
        assertThat(head.methodText()).isEqualTo("POST");
        assertThat(head.target()).isEqualTo("/v1/chat/completions?api-version=1&x=[y]");
        assertThat(head.path()).isEqualTo("/v1/chat/completions");
        assertThat(head.query()).isEqualTo("api-version=1&x=[y]");
        assertThat(head.headerCount()).isEqualTo(3);
        assertThat(head.find(HeaderName.CONTENT_LENGTH)).isEqualTo(2);
        assertThat(head.find("x-custom")).isEqualTo(1);
        assertThat(head.value(1)).isEqualTo("a b");
        assertThat(head.framing()).isEqualTo(BodyFraming.LENGTH);
        assertThat(head.contentLength()).isEqualTo(17);
        assertThat(head.isKeepAlive()).isTrue();
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo("body");
    }

    private void receive(String text) {
        in.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
