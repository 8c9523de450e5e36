package io.sluice.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.MalformedRequests;
import io.sluice.testing.MalformedRequests.RawRequest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The same bytes are the same messages, however they are cut. */
class HttpSplitTest {

    private static final long SEED = 20_260_101;

    private static final byte[] REQUESTS =
            """
            \r
            POST /a?b HTTP/1.1\r
            Host: h\r
            Transfer-Encoding: chunked\r
            \r
            3;x=y\r
            abc\r
            10\r
            0123456789abcdef\r
            0\r
            T: u\r
            \r
            GET / HTTP/1.0\r
            \r
            PUT / HTTP/1.1\r
            Host: h\r
            Content-Length: 4\r
            \r
            bodyGET /z HTTP/1.1\r
            Host: [::1]:1\r
            Connection: close\r
            \r
            """
                    .getBytes(ISO_8859_1);

    private static final byte[] RESPONSES =
            """
            HTTP/1.1 100 Continue\r
            \r
            HTTP/1.1 200 OK\r
            Transfer-Encoding: chunked\r
            \r
            5\r
            hello\r
            0\r
            \r
            HTTP/1.1 204\r
            \r
            HTTP/1.1 404 Not Found\r
            Content-Length: 2\r
            \r
            noHTTP/1.0 200 OK\r
            \r
            until the end\
            """
                    .getBytes(ISO_8859_1);

    @Test
    void readsTheSameRequests_atEveryCutAndPairOfCuts() {
        Reading whole = SluiceReader.requests(REQUESTS);

        assertThat(whole.refusal()).isNull();
        assertThat(whole.messages()).hasSize(4).allMatch(Reading.Message::complete);
        for (int first = 0; first <= REQUESTS.length; first++) {
            for (int second = first; second <= REQUESTS.length; second++) {
                assertThat(SluiceReader.requests(REQUESTS, first, second)).isEqualTo(whole);
            }
        }
    }

    @Test
    void readsTheSameResponses_atEveryCutAndPairOfCuts() {
        Reading whole = SluiceReader.responses(RESPONSES);

        assertThat(whole.refusal()).isNull();
        assertThat(whole.messages()).hasSize(5);
        assertThat(whole.messages().getLast().body()).isEqualTo("until the end");
        for (int first = 0; first <= RESPONSES.length; first++) {
            for (int second = first; second <= RESPONSES.length; second++) {
                assertThat(SluiceReader.responses(RESPONSES, first, second)).isEqualTo(whole);
            }
        }
    }

    @Test
    void readsTheSame_byteByByte() {
        assertThat(SluiceReader.requests(REQUESTS, Splits.everyByte(REQUESTS.length)))
                .isEqualTo(SluiceReader.requests(REQUESTS));
        assertThat(SluiceReader.responses(RESPONSES, Splits.everyByte(RESPONSES.length)))
                .isEqualTo(SluiceReader.responses(RESPONSES));
    }

    @Test
    void readsTheSame_howeverACaseIsCut() {
        Random random = new Random(SEED);
        for (RawRequest request : MalformedRequests.refused()) {
            byte[] bytes = request.bytes();
            Reading whole = SluiceReader.requests(bytes);
            for (int i = 0; i < 10; i++) {
                int[] cuts = Splits.random(random, bytes.length);
                assertThat(SluiceReader.requests(bytes, cuts))
                        .as("%s, seed %d, cut at %s", request, SEED, Arrays.toString(cuts))
                        .isEqualTo(whole);
            }
        }
    }
}
