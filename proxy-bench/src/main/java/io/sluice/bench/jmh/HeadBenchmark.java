package io.sluice.bench.jmh;

import io.netty.buffer.ByteBuf;
import io.sluice.http.RequestHead;
import io.sluice.http.RequestHeadParser;
import io.sluice.http.ResponseHead;
import io.sluice.http.ResponseHeadParser;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Parses the heads of a call, and writes a request's for its provider by copying spans. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HeadBenchmark {

    private static final int MAX_HEAD_BYTES = 64 << 10;
    private static final int MAX_HEADERS = 128;

    private final RequestHeadParser requests = new RequestHeadParser(MAX_HEAD_BYTES, MAX_HEADERS);
    private final RequestHead request = new RequestHead();
    private final ResponseHeadParser responses =
            new ResponseHeadParser(MAX_HEAD_BYTES, MAX_HEADERS);
    private final ResponseHead response = new ResponseHead();
    private final ByteBuf requestBytes = Samples.buffer(Samples.REQUEST_HEAD);
    private final ByteBuf responseBytes = Samples.buffer(Samples.RESPONSE_HEAD);
    private final ByteBuf out = Samples.buffer(" ".repeat(2 * Samples.REQUEST_HEAD.length()));

    /** Parses a request's head. */
    @Benchmark
    public boolean parseRequest() {
        requestBytes.readerIndex(0);
        return requests.parse(requestBytes, request);
    }

    /** Parses an answer's head. */
    @Benchmark
    public boolean parseResponse() {
        responseBytes.readerIndex(0);
        return responses.parse(responseBytes, response, false);
    }

    /** Parses a request's head and writes its target and those fields that a provider may see. */
    @Benchmark
    public int parseAndRewrite() {
        parseRequest();
        out.clear();
        request.writeTarget(out);
        for (int i = 0; i < request.headerCount(); i++) {
            if (!request.isHopByHop(i) && !request.nameIs(i, "authorization")) {
                request.writeHeader(i, out);
            }
        }
        return out.readableBytes();
    }
}
