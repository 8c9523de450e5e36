package io.sluice.transport.downstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.sluice.http.ResponseHead;
import io.sluice.http.ResponseHeadParser;
import org.junit.jupiter.api.Test;

class Http2HeadsTest {

    @Test
    void writesARequest_asHttp11() {
        Http2Headers headers = request().add("x-a", "b").add("x-a", "c");

        assertThat(written(headers))
                .isEqualTo("POST /v1/x?y=z HTTP/1.1\r\nhost: h:1\r\nx-a: b\r\nx-a: c\r\n\r\n");
    }

    @Test
    void keepsBytesAboveAscii() {
        assertThat(written(request().add("x-a", "caf\u00e9"))).contains("x-a: caf\u00e9\r\n");
    }

    @Test
    void writesTheHostOnce() {
        assertThat(written(request().add("host", "H:1"))).containsOnlyOnce("host: ");
    }

    @Test
    void takesTheHost_whereThereIsNoAuthority() {
        Http2Headers headers = request().add("host", "other");
        headers.remove(":authority");

        assertThat(written(headers)).contains("\r\nhost: other\r\n");
    }

    @Test
    void reads_whatWasWritten_withoutTheConnectionsOwnFields() {
        String text =
                """
                HTTP/1.1 429 Too Many Requests
                X-A: b
                Connection: close, x-hop
                X-Hop: 1
                Transfer-Encoding: chunked

                """;
        ByteBuf raw = Unpooled.copiedBuffer(text.replace("\n", "\r\n"), ISO_8859_1);
        ResponseHead head = new ResponseHead();
        new ResponseHeadParser(1024, 16).parse(raw, head, true);

        Http2Headers headers = Http2Heads.of(head);

        assertThat(headers.status()).hasToString("429");
        assertThat(headers.get("x-a")).hasToString("b");
        assertThat(headers.size()).isEqualTo(2);
    }

    private static Http2Headers request() {
        return new DefaultHttp2Headers(false)
                .method("POST")
                .path("/v1/x?y=z")
                .scheme("https")
                .authority("h:1");
    }

    private static String written(Http2Headers headers) {
        ByteBuf out = Unpooled.buffer();
        assertThat(Http2Heads.write(headers, out)).isTrue();
        return out.toString(ISO_8859_1);
    }
}
