package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void answersWithoutCopying_whatAHeaderIs() {
        receive("GET / HTTP/1.1\r\nHost: h\r\nX-Ratelimit-A: Hello\r\nhost-2:\r\n\r\n");

        assertThat(parser.parse(in, head)).isTrue();

        assertThat(head.name(0)).isEqualTo(HeaderName.HOST);
        assertThat(head.name(1)).isEqualTo(HeaderName.OTHER);
        assertThat(head.nameIs(1, "x-ratelimit-a")).isTrue();
        assertThat(head.nameIs(1, "x-ratelimit")).isFalse();
        assertThat(head.nameStartsWith(1, "x-ratelimit-")).isTrue();
        assertThat(head.nameStartsWith(1, "x-ratelimit-ab")).isFalse();
        assertThat(head.nameStartsWith(1, "y")).isFalse();
        assertThat(head.nameText(1)).isEqualTo("X-Ratelimit-A");
        assertThat(head.valueIs(1, "hELLO")).isTrue();
        assertThat(head.valueStartsWith(1, "HE")).isTrue();
        assertThat(head.valueLength(1)).isEqualTo(5);
        assertThat(head.valueByte(1, 4)).isEqualTo((byte) 'o');
        assertThat(head.valueLength(2)).isZero();
        assertThat(head.has(HeaderName.HOST)).isTrue();
        assertThat(head.find(HeaderName.DATE)).isEqualTo(-1);
        assertThat(head.find("x-other")).isEqualTo(-1);
        assertThatThrownBy(() -> head.valueByte(1, 5))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> head.name(3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void writesAHeader_withItsNameAsReceived() {
        receive("GET /a?b HTTP/1.1\r\nHoSt:  h \r\n\r\n");

        assertThat(parser.parse(in, head)).isTrue();
        head.writeTarget(out);
        out.writeByte('|');
        head.writeHeader(0, out);
        HeaderName.RETRY_AFTER_MS.writeTo(out);

        assertThat(out.toString(StandardCharsets.US_ASCII))
                .isEqualTo("/a?b|HoSt: h\r\nretry-after-ms");
    }

    @Test
    void findsEveryHeader_thatBelongsToTheConnection() {
        receive(
                """
                GET / HTTP/1.1\r
                Host: h\r
                Connection: close , X-Hop\r
                Connection: x-other,, a, b, c\r
                x-hop: 1\r
                X-OTHER: 2\r
                X-End: 3\r
                TE: trailers\r
                Proxy-Authorization: Basic x\r
                \r
                """);

        assertThat(parser.parse(in, head)).isTrue();

        assertThat(head.isKeepAlive()).isFalse();
        assertThat(head.isConnectionOption(3)).isTrue();
        assertThat(head.isConnectionOption(6)).isFalse();
        assertThat(IntStream.range(0, head.headerCount()).filter(head::isHopByHop))
                .containsExactly(1, 2, 3, 4, 6, 7);
        assertThat(head.findNext(HeaderName.CONNECTION, 1)).isEqualTo(2);
        assertThat(head.findNext(HeaderName.CONNECTION, 2)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, x, true",
        "HTTP/1.1, keep-alive, true",
        "HTTP/1.1, CLOSE, false",
        "HTTP/1.1, 'keep-alive, close', false",
        "HTTP/1.0, x, false",
        "HTTP/1.0, Keep-Alive, true",
        "HTTP/1.0, 'close, keep-alive', false",
    })
    void keepsAlive_byVersionAndConnection(String version, String connection, boolean kept) {
        receive("GET / " + version + "\r\nHost: h\r\nConnection: " + connection + "\r\n\r\n");

        assertThat(parser.parse(in, head)).isTrue();

        assertThat(head.isKeepAlive()).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b?c?d, /a/b, c?d",
        "/, /,",
        "/?, /, ''",
        "http://h/a?b, /a, b",
        "HTTPS://H, /,",
        "http://h?b, /, b",
    })
    void findsPathAndQuery_inEveryForm(String target, String path, @Nullable String query) {
        receive("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(parser.parse(in, head)).isTrue();

        assertThat(head.targetIs(target)).isTrue();
        assertThat(head.path()).isEqualTo(path);
        assertThat(head.pathIs(path)).isTrue();
        assertThat(head.pathIs(path + "x")).isFalse();
        assertThat(head.pathStartsWith("/")).isTrue();
        assertThat(head.pathStartsWith(path + "x")).isFalse();
        assertThat(head.pathLength()).isEqualTo(path.length());
        assertThat(head.pathByte(0)).isEqualTo((byte) '/');
        assertThat(head.query()).isEqualTo(query);
        assertThatThrownBy(() -> head.pathByte(path.length()))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, 100-Continue, true",
        "HTTP/1.0, 100-continue, false",
        "HTTP/1.1, 200-ok, false",
    })
    void expectsContinue_inHttp11(String version, String expectation, boolean expected) {
        receive("PUT / " + version + "\r\nHost: h\r\nExpect: " + expectation + "\r\n\r\n");

        assertThat(parser.parse(in, head)).isTrue();

        assertThat(head.expectsContinue()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get"})
    void tellsMethodsApart(String method) {
        receive(method + " / HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(parser.parse(in, head)).isTrue();

        assertThat(head.method().name()).isEqualTo("get".equals(method) ? "OTHER" : method);
        assertThat(head.methodText()).isEqualTo(method);
    }

    @Test
    void forgetsTheMessageBefore() {
        receive("POST /a?b HTTP/1.0\r\nHost: h\r\nConnection: x\r\nContent-Length: 1\r\n\r\n");
        receive("GET / HTTP/1.1\r\nHost: h\r\nX: y\r\n\r\n");

        assertThat(parser.parse(in, head)).isTrue();
        assertThat(head.contentLength()).isEqualTo(1);
        assertThat(parser.parse(in, head)).isTrue();

        assertThat(head.headerCount()).isEqualTo(2);
        assertThat(head.isHttp10()).isFalse();
        assertThat(head.isHopByHop(1)).isFalse();
        assertThat(head.framing()).isEqualTo(BodyFraming.NONE);
        assertThat(head.contentLength()).isEqualTo(-1);
        assertThat(head.query()).isNull();
        assertThat(head.byteLength())
                .isEqualTo("GET / HTTP/1.1\r\nHost: h\r\nX: y\r\n\r\n".length());
        assertThat(parser.parse(in, head)).isFalse();
    }

    @Test
    void letsGoOfALargeHead_whenCleared() {
        receive("GET / HTTP/1.1\r\nHost: h\r\n" + "X: y\r\n".repeat(98));
        receive("Y: " + "z".repeat(20_000) + "\r\n\r\n");

        assertThat(parser.parse(in, head)).isTrue();
        assertThat(head.headerCount()).isEqualTo(100);
        assertThat(head.bytes().length).isGreaterThan(20_000);
        head.clear();

        assertThat(head.bytes()).hasSize(1024);
        assertThat(head.headerCount()).isZero();
    }

    @Test
    void acceptsAHead_ofExactlyTheBound() {
        String request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
        receive(request);
        assertThat(new RequestHeadParser(request.length(), 1).parse(in, head)).isTrue();

        receive(request);
        assertThatThrownBy(() -> new RequestHeadParser(request.length() - 1, 1).parse(in, head))
                .isInstanceOfSatisfying(
                        MalformedHttpException.class,
                        e -> {
                            assertThat(e.reason())
                                    .isEqualTo(MalformedHttpException.Reason.HEAD_TOO_LARGE);
                            assertThat(e.text()).isEqualTo("the head is too large");
                            assertThat(e.getStackTrace()).isEmpty();
                        });
    }

    @Test
    void refusesMoreConnectionOptions_thanAnyoneNeeds() {
        receive("GET / HTTP/1.1\r\nHost: h\r\nConnection: " + "a,".repeat(33) + "\r\n\r\n");

        assertThatThrownBy(() -> parser.parse(in, head))
                .isInstanceOf(MalformedHttpException.class)
                .hasMessage("invalid connection header");
    }

    private void receive(String text) {
        in.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
