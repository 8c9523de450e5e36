package io.sluice.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sluice.testing.MalformedRequests;
import io.sluice.testing.MalformedRequests.RawRequest;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Netty's decoders as the oracle: ours may refuse more and never less. */
class DifferentialTest {

    private static final long SEED = 7_230_9112;
    private static final int ROUNDS = 6000;
    private static final int MAX_SEED_LENGTH = 2000;

    static final List<RawRequest> CASES =
            Stream.of(
                            MalformedRequests.refused(),
                            MalformedRequests.refusedLater(),
                            MalformedRequests.accepted())
                    .flatMap(List::stream)
                    .toList();

    static final List<String> RESPONSES =
            List.of(
                    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                    """
                    HTTP/1.1 200 OK\r
                    Transfer-Encoding: chunked\r
                    \r
                    5\r
                    hello\r
                    6;a=b\r
                     world\r
                    0\r
                    X: y\r
                    \r
                    """,
                    "HTTP/1.1 200 OK\r\n\r\nuntil the end",
                    "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na",
                    """
                    HTTP/1.1 100 Continue\r
                    \r
                    HTTP/1.1 200 OK\r
                    Content-Length: 0\r
                    \r
                    """,
                    """
                    HTTP/1.1 204 No Content\r
                    X-A:  b \r
                    \r
                    HTTP/1.1 429 Too Many Requests\r
                    Content-Length: 2\r
                    \r
                    {}\
                    """,
                    """
                    HTTP/1.1 304 Not Modified\r
                    Content-Length: 9\r
                    \r
                    HTTP/1.1 503\r
                    Connection: close, x\r
                    \r
                    """);

    @ParameterizedTest
    @FieldSource("CASES")
    void agrees_onEveryCase(RawRequest request) {
        checkRequests(request.bytes());
    }

    @ParameterizedTest
    @FieldSource("RESPONSES")
    void agrees_onEveryResponse(String response) {
        checkResponses(response.getBytes(ISO_8859_1));
    }

    @Test
    void agrees_onMutatedRequests() {
        List<String> corpus =
                CASES.stream()
                        .map(RawRequest::raw)
                        .filter(raw -> raw.length() < MAX_SEED_LENGTH)
                        .toList();
        Mutator mutator = new Mutator(new Random(SEED), corpus);
        for (int i = 0; i < ROUNDS; i++) {
            checkRequests(mutator.next());
        }
    }

    @Test
    void agrees_onMutatedResponses() {
        Mutator mutator = new Mutator(new Random(SEED), RESPONSES);
        for (int i = 0; i < ROUNDS; i++) {
            checkResponses(mutator.next());
        }
    }

    private static void checkRequests(byte[] bytes) {
        check(bytes, SluiceReader.requests(bytes), NettyReader.requests(bytes));
    }

    private static void checkResponses(byte[] bytes) {
        check(bytes, SluiceReader.responses(bytes), NettyReader.responses(bytes));
    }

    private static void check(byte[] bytes, Reading ours, Reading netty) {
        try {
            Oracle.check(ours, netty);
        } catch (AssertionError e) {
            throw new AssertionError(
                    "seed %d, input \"%s\": %s".formatted(SEED, Escapes.of(bytes), e.getMessage()),
                    e);
        }
    }
}
