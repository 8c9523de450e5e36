package io.sluice.http;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Searches for requests that Netty refuses or reads otherwise, and we accept. */
class RequestFuzzTest {

    @FuzzTest
    void agreesWithNetty(byte[] bytes) {
        Oracle.check(SluiceReader.requests(bytes), NettyReader.requests(bytes));
    }
}
