package io.sluice.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** Searches for chunked bodies that Netty refuses or reads otherwise, and we accept. */
class ChunkedBodyFuzzTest {

    private static final byte[] HEAD =
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(ISO_8859_1);

    @FuzzTest
    void agreesWithNetty(byte[] body) {
        byte[] bytes = Arrays.copyOf(HEAD, HEAD.length + body.length);
        System.arraycopy(body, 0, bytes, HEAD.length, body.length);
        Oracle.check(SluiceReader.requests(bytes), NettyReader.requests(bytes));
    }
}
