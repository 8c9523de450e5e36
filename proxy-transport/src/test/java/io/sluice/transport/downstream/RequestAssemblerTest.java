package io.sluice.transport.downstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sluice.config.AccountLimits;
import io.sluice.config.LimitSettings;
import io.sluice.config.Settings;
import io.sluice.telemetry.Termination;
import io.sluice.testing.ModelFixture;
import io.sluice.testing.SettingsFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestAssemblerTest {

    private static final int MAX_BODY_BYTES = 100_000;
    private static final int MAX_BUFFERED_BYTES = 150_000;
    private static final String ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private final Settings settings =
            new SettingsFixture()
                    .key("ci", "sk-ci")
                    .model(new ModelFixture("gpt").of("openai", "gpt").base("http://h/v1"))
                    .limits(
                            new LimitSettings(
                                    MAX_BODY_BYTES,
                                    null,
                                    null,
                                    64 << 10,
                                    10,
                                    null,
                                    null,
                                    10,
                                    0,
                                    AccountLimits.NONE,
                                    1000))
                    .build();
    private final ClientFixture client = new ClientFixture(settings, MAX_BUFFERED_BYTES);

    @AfterEach
    void release() {
        client.release();
        assertThat(client.initializer().bufferedBytes()).isZero();
    }

    @Test
    void passesABodyOn_thatCameAtOnce() {
        String body = body(20);
        client.send(post(body.length()) + body);

        assertThat(client.provider().received()).endsWith("\r\n\r\n" + body);
        assertThat(held()).isEqualTo(body.length());
        client.provider().answer(ANSWER);
        assertThat(client.received()).endsWith("ok");
        assertThat(held()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000, 8 << 10, (8 << 10) + 1, 30_000})
    void passesABodyOn_thatCameInPieces(int size) {
        String body = body(40_000);
        String raw = post(body.length()) + body;
        for (int at = 0; at < raw.length(); at += size) {
            client.send(raw.substring(at, Math.min(raw.length(), at + size)));
        }

        assertThat(client.provider().received()).endsWith("\r\n\r\n" + body);
        client.provider().answer(ANSWER);
        assertThat(held()).isZero();
    }

    @Test
    void pinsNoReadBuffer_forASmallPiece() {
        String body = body(4_000);
        client.send(post(body.length()) + body.substring(0, 1));
        List<ByteBuf> reads = new ArrayList<>();
        for (int at = 1; at < body.length() - 1; at += 100) {
            ByteBuf read = client.channel().alloc().buffer(64 << 10);
            read.writeCharSequence(
                    body.substring(at, Math.min(body.length() - 1, at + 100)), ISO_8859_1);
            client.channel().writeInbound(read);
            reads.add(read);
        }

        assertThat(reads).hasSize(40).allMatch(read -> read.refCnt() == 0);
    }

    @Test
    void keepsALargePieceAsItCame() {
        String body = body(50_000);
        client.send(post(body.length()) + body.substring(0, 1));
        ByteBuf read = client.channel().alloc().buffer();
        read.writeCharSequence(body.substring(1, 40_000), ISO_8859_1);
        client.channel().writeInbound(read);

        assertThat(read.refCnt()).isEqualTo(1);
        client.channel().close();
        assertThat(read.refCnt()).isZero();
    }

    @Test
    void takesABody_ofTheGreatestLength() {
        String body = body(MAX_BODY_BYTES);
        client.send(post(body.length()) + body);

        assertThat(client.provider().received()).endsWith(body);
        client.provider().answer(ANSWER);
    }

    @Test
    void refusesABodyThatSaysItIsTooLarge_beforeItComes() {
        client.send(post(MAX_BODY_BYTES + 1));

        assertRefused(413, "body_too_large");
        assertThat(client.received()).isEmpty();
    }

    @Test
    void refusesABody_assoonAsItIsTooLarge() {
        client.send(chunkedPost());
        for (int i = 0; i < 12; i++) {
            client.send("2710\r\n" + " ".repeat(10_000) + "\r\n");
        }

        assertRefused(413, "body_too_large");
        assertThat(held()).isZero();
    }

    @Test
    void refusesABody_whereTooManyAreHeld() {
        ClientFixture small = new ClientFixture(settings, 1_000);
        small.send(post(2_000) + body(2_000));

        assertThat(small.received())
                .startsWith("HTTP/1.1 503 ")
                .contains("\r\nretry-after: 1\r\n", "\"code\":\"overloaded\"");
        assertThat(small.initializer().bufferedBytes()).isZero();
        small.release();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"model":"gpt","messages":[}      | invalid_json
                    {"model":"gpt","messages":[]      | invalid_json
                    {"model":"gpt","messages":[]}x    | invalid_json
                    []                                | invalid_json
                    {"messages":[]}                   | missing_parameter
                    {"model":"gpt"}                   | missing_parameter
                    {"model":"gpt","messages":1}      | invalid_parameter
                    {"model":"gpt","model":"gpt","messages":[]} | duplicate_field
                    """)
    void refusesABodyThatIsNotWhatItsEndpointTakes(String body, String code) {
        client.send(post(body.length()) + body);

        assertRefused(400, code);
        assertThat(held()).isZero();
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void namesTheByte_whereJsonBreaks() {
        String body = "{\"model\":\"gpt\",}";
        client.send(post(body.length()) + body);

        assertThat(client.received()).contains("at byte 15");
    }

    @Test
    void refusesAnEmptyBody() {
        client.send(post(0));

        assertRefused(400, "invalid_json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Content-Type: application/json                     | 200
                    Content-Type: APPLICATION/JSON; charset=utf-8      | 200
                    Content-Type: application/vnd.api+json             | 200
                    Accept: text/plain                                 | 200
                    Content-Type: text/plain                           | 415
                    Content-Type: multipart/form-data; boundary=x      | 415
                    Content-Type: application/jsonp                    | 415
                    Content-Type: json                                 | 415
                    Content-Type:                                      | 415
                    Content-Encoding: identity                         | 200
                    Content-Encoding: br                               | 415
                    Content-Encoding: gzip, gzip                       | 415
                    Expect: 200-ok                                     | 417
                    """)
    void goesByWhatTheHeadSaysOfTheBody(String line, int status) {
        String body = body(100);
        client.send(post(body.length(), line) + body);

        if (status == 200) {
            assertThat(client.provider().received()).endsWith(body);
            client.provider().answer(ANSWER);
        } else {
            assertRefused(status, status == 415 ? "unsupported_media_type" : "expectation_failed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "x-gzip", "GZIP"})
    void takesGzipOff(String encoding) {
        String body = body(50_000);
        byte[] zipped = gzip(body);
        String raw =
                post(zipped.length, "Content-Encoding: " + encoding)
                        + new String(zipped, ISO_8859_1);
        for (int at = 0; at < raw.length(); at += 100) {
            client.send(raw.substring(at, Math.min(raw.length(), at + 100)));
        }

        assertThat(client.provider().received())
                .contains("\r\ncontent-length: " + body.length() + "\r\n")
                .doesNotContainIgnoringCase("content-encoding")
                .endsWith("\r\n\r\n" + body);
        client.provider().answer(ANSWER);
        assertThat(held()).isZero();
    }

    @Test
    void boundsABody_alsoWhenInflated() {
        byte[] zipped = gzip(body(20 * MAX_BODY_BYTES));
        client.send(post(zipped.length, "Content-Encoding: gzip") + new String(zipped, ISO_8859_1));

        assertRefused(413, "body_too_large");
        assertThat(held()).isZero();
    }

    @Test
    void refusesWhatIsNotGzip() {
        client.send(post(20, "Content-Encoding: gzip") + "{\"model\":\"gpt\"} 1234");

        assertRefused(400, "invalid_json");
    }

    @Test
    void refusesGzipThatIsCutShort() {
        byte[] zipped = gzip(body(5_000));
        String half = new String(zipped, 0, zipped.length / 2, ISO_8859_1);
        client.send(post(half.length(), "Content-Encoding: gzip") + half);

        assertRefused(400, "invalid_json");
        assertThat(held()).isZero();
    }

    @Test
    void bidsTheClientGoOn_whereItWaits() {
        String body = body(100);
        client.send(post(body.length(), "Expect: 100-continue"));
        assertThat(client.received()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");

        client.send(body);
        assertThat(client.provider().received())
                .doesNotContainIgnoringCase("expect:")
                .endsWith(body);
        client.provider().answer(ANSWER);
        assertThat(client.received()).startsWith("HTTP/1.1 200 OK\r\n");
    }

    @Test
    void bidsNobodyGoOn_whoWouldBeRefused() {
        client.send(post(MAX_BODY_BYTES + 1, "Expect: 100-continue"));

        assertRefused(413, "body_too_large");
    }

    @Test
    void endsACallWhoseClientLeft_inTheMiddleOfItsBody() {
        client.send(post(1_000) + "{\"model\"");
        assertThat(held()).isPositive();
        client.channel().close();

        assertThat(held()).isZero();
        assertThat(client.calls()).hasSize(1);
        assertThat(client.calls().getFirst().status()).isEqualTo(499);
        assertThat(client.calls().getFirst().end()).isEqualTo(new Termination('C', 'R'));
        assertThat(client.metrics().inflightRequests()).isZero();
    }

    @Test
    void startsAfresh_afterARefusal() {
        client.send(post(1) + "x");
        assertRefused(400, "invalid_json");

        String body = body(100);
        client.send(post(body.length()) + body);
        assertThat(client.provider().received()).endsWith(body);
        client.provider().answer(ANSWER);
        assertThat(client.received()).startsWith("HTTP/1.1 200 OK\r\n");
    }

    private void assertRefused(int status, String code) {
        assertThat(client.received())
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("\"code\":\"" + code + "\"");
        assertThat(client.provider().connections()).isZero();
        assertThat(client.calls()).hasSize(1);
        assertThat(client.calls().getFirst().status()).isEqualTo(status);
        assertThat(client.metrics().inflightRequests()).isZero();
    }

    private long held() {
        return client.initializer().bufferedBytes();
    }

    /** A chat body of that many bytes. */
    private static String body(int length) {
        String frame = "{\"model\":\"gpt\",\"messages\":[\"\"]}";
        return frame.replace(
                "\"\"", "\"" + "x".repeat(Math.max(0, length - frame.length())) + "\"");
    }

    private static String post(int length, String... lines) {
        return head("Content-Length: " + length, lines);
    }

    private static String chunkedPost() {
        return head("Transfer-Encoding: chunked");
    }

    private static String head(String framing, String... lines) {
        StringBuilder head = new StringBuilder("POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n");
        head.append("Authorization: Bearer sk-ci\r\n").append(framing).append("\r\n");
        for (String line : lines) {
            head.append(line).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
