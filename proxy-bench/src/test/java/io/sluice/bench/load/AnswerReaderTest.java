package io.sluice.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {

    private static final String LENGTH =
            "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX: y\r\n\r\nhello world";
    private static final String CHUNKED =
            """
            HTTP/1.1 429 No
            Transfer-Encoding: chunked
            Connection: close

            5;a=b
            hello
            6
             world
            0
            t: u

            """
                    .replace("\n", "\r\n");

    private final StringBuilder payload = new StringBuilder();
    private final AnswerReader reader =
            new AnswerReader((bytes, from, to) ->
                    payload.append(new String(bytes, from, to - from, US_ASCII)));

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 13, 1000})
    void readsTheSame_howeverBytesAreSplit(int piece) {
        assertThat(read(LENGTH, piece)).isEqualTo(LENGTH.length());
        assertThat(reader.state()).isEqualTo(AnswerReader.State.COMPLETE);
        assertThat(reader.status()).isEqualTo(200);
        assertThat(reader.closes()).isFalse();
        assertThat(payload).hasToString("hello world");

        payload.setLength(0);
        assertThat(read(CHUNKED, piece)).isEqualTo(CHUNKED.length());
        assertThat(reader.state()).isEqualTo(AnswerReader.State.COMPLETE);
        assertThat(reader.status()).isEqualTo(429);
        assertThat(reader.closes()).isTrue();
        assertThat(payload).hasToString("hello world");
    }

    @Test
    void leavesWhatIsBehindTheAnswer() {
        assertThat(read(LENGTH + "more", 1000)).isEqualTo(LENGTH.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nX: y\r\n\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello!\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\r\n"
            })
    void seesMalformedFraming(String answer) {
        read(answer, 1000);

        assertThat(reader.state()).isEqualTo(AnswerReader.State.MALFORMED);
    }

    private int read(String answer, int piece) {
        byte[] bytes = answer.getBytes(US_ASCII);
        reader.begin();
        int read = 0;
        for (int i = 0; i < bytes.length; i += piece) {
            read += reader.read(bytes, i, Math.min(bytes.length, i + piece));
        }
        return read;
    }
}
