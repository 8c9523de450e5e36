package io.sluice.transport.downstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.error.ErrorCode;
import io.sluice.error.ErrorSource;
import io.sluice.testing.Heads;
import io.sluice.transport.exchange.ResponseStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ResponseHeadsTest {

    private static final String IDS =
            "x-request-id: req-1\r\nrequest-id: req-1\r\nx-correlation-id: corr-1\r\n";

    @Test
    void sayTheIds_always() {
        assertThat(written(start(200).withContentType("text/plain").withContentLength(3)))
                .isEqualTo(
                        "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 3\r\n"
                                + IDS
                                + "\r\n");
    }

    @Test
    void passTheProvidersFieldsOn_butNotItsOwnBusiness() {
        ResponseStart start =
                start(200)
                        .withUpstream(
                                Heads.response(
                                        "HTTP/1.1 200 OK",
                                        "Content-Type: application/json",
                                        "OpenAI-Version: 2020-10-01",
                                        "X-RateLimit-Remaining-Requests: 59",
                                        "Retry-After: 7",
                                        "X-Request-Id: provider-1",
                                        "Request-Id: provider-2",
                                        "X-Correlation-Id: provider-3",
                                        "Content-Length: 5",
                                        "Set-Cookie: secret=1",
                                        "Set-Cookie2: secret=2",
                                        "Server: nginx",
                                        "Via: 1.1 x",
                                        "Server-Timing: x;dur=1",
                                        "Alt-Svc: h3",
                                        "Strict-Transport-Security: max-age=1",
                                        "Access-Control-Allow-Origin: *",
                                        "X-Sluice-Target: forged",
                                        "Connection: close, X-Hop",
                                        "X-Hop: 1",
                                        "Keep-Alive: timeout=5",
                                        "Proxy-Authenticate: Basic",
                                        "Upgrade: h2c"));

        assertThat(written(start.withContentLength(5)))
                .isEqualTo(
                        "HTTP/1.1 200 OK\r\n"
                                + "Content-Type: application/json\r\n"
                                + "OpenAI-Version: 2020-10-01\r\n"
                                + "X-RateLimit-Remaining-Requests: 59\r\n"
                                + "Retry-After: 7\r\n"
                                + "x-sluice-upstream-request-id: provider-1\r\n"
                                + "content-length: 5\r\n"
                                + IDS
                                + "\r\n");
    }

    @Test
    void keepProxiesFromHoldingAStreamBack() {
        ResponseStart start =
                start(200)
                        .asEventStream()
                        .withUpstream(
                                Heads.response(
                                        "HTTP/1.1 200 OK",
                                        "Content-Type: text/event-stream",
                                        "Cache-Control: no-cache",
                                        "X-Accel-Buffering: yes"));

        assertThat(written(start, /* chunked= */ true, /* keepAlive= */ true))
                .contains(
                        "\r\ncache-control: no-cache, no-transform\r\n",
                        "\r\nx-accel-buffering: no\r\n",
                        "\r\ntransfer-encoding: chunked\r\n")
                .doesNotContain("X-Accel", "Cache-Control");
    }

    @Test
    void sayWhatHappened() {
        ResponseStart start =
                start(502)
                        .withTarget("größer\r\nx", "openai/gpt", 3)
                        .withTimes(1_234_567, 12_000_000)
                        .withErrorSource(ErrorSource.UPSTREAM)
                        .withRetryAfter(4)
                        .withExtraLines("x-extra: 1\r\n");

        assertThat(written(start))
                .contains(
                        "\r\nx-sluice-model: gr??er??x\r\n",
                        "\r\nx-sluice-target: openai/gpt\r\n",
                        "\r\nx-sluice-attempts: 3\r\n",
                        "\r\nx-sluice-overhead-ms: 1.234\r\n",
                        "\r\nserver-timing: gateway;dur=1.234, upstream;dur=12.000\r\n",
                        "\r\nx-sluice-error-source: upstream\r\n",
                        "\r\nretry-after: 4\r\n",
                        "\r\nx-extra: 1\r\n");
    }

    @ParameterizedTest
    @CsvSource({"0, 0.000", "999, 0.000", "1000, 0.001", "10000, 0.010", "1000000000, 1000.000"})
    void writeMillis_withThreeDecimals(long nanos, String millis) {
        assertThat(written(start(200).withTimes(nanos, -1)))
                .contains("x-sluice-overhead-ms: " + millis + "\r\n", "upstream;dur=0.000\r\n");
    }

    @Test
    void letAPageReadTheAnswer_whereItsOriginIsAllowed() {
        assertThat(written(start(200).withAllowedOrigin("https://a.example")))
                .contains(
                        "\r\naccess-control-allow-origin: https://a.example\r\n",
                        "\r\nvary: origin\r\n",
                        "\r\naccess-control-expose-headers: x-request-id, ");
        assertThat(written(start(200))).doesNotContain("access-control");
    }

    @ParameterizedTest
    @EnumSource
    void giveAReason_forEachOfOurErrors(ErrorCode code) {
        assertThat(written(start(code.status())))
                .startsWith("HTTP/1.1 " + code.status() + " ")
                .doesNotContain(" Status\r\n");
    }

    @Test
    void passAnUnknownStatusOn() {
        assertThat(written(start(529))).startsWith("HTTP/1.1 529 Status\r\n");
    }

    @Test
    void sayClose_whereTheConnectionEnds() {
        assertThat(written(start(200), /* chunked= */ false, /* keepAlive= */ false))
                .contains("\r\nconnection: close\r\n");
    }

    private static ResponseStart start(int status) {
        return new ResponseStart(status, "req-1", "corr-1");
    }

    private static String written(ResponseStart start) {
        return written(start, /* chunked= */ false, /* keepAlive= */ true);
    }

    private static String written(ResponseStart start, boolean chunked, boolean keepAlive) {
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
        try {
            ResponseHeads.write(out, start, /* isEmpty= */ false, chunked, keepAlive);
            return out.toString(ISO_8859_1);
        } finally {
            out.release();
        }
    }
}
