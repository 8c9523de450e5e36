package io.sluice.http;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Searches for responses that Netty refuses or reads otherwise, and we accept. */
class ResponseFuzzTest {

    @FuzzTest
    void agreesWithNetty(byte[] bytes) {
        Oracle.check(SluiceReader.responses(bytes), NettyReader.responses(bytes));
    }
}
