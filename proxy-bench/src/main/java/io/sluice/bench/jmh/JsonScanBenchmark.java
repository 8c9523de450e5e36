package io.sluice.bench.jmh;

import io.netty.buffer.ByteBuf;
import io.sluice.json.TopLevelScanner;
import io.sluice.message.CallFields;
import io.sluice.message.Endpoint;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Finds the fields of a request that the gateway reads, and checks the rest. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JsonScanBenchmark {

    @Param({"1024", "16384", "1048576"})
    private int size = 1024;

    private final TopLevelScanner scanner =
            new TopLevelScanner(CallFields.names(Endpoint.CHAT_COMPLETIONS), CallFields.MAX_DEPTH);
    private ByteBuf body = Samples.buffer("{}");

    /** Makes the body. */
    @Setup
    public void fill() {
        body = Samples.buffer(Samples.body(size));
    }

    /** Reads one body. */
    @Benchmark
    public boolean scan(Scanned scanned) {
        scanned.add(body.readableBytes());
        return scan();
    }

    boolean scan() {
        scanner.reset();
        scanner.feed(body);
        scanner.finish();
        return scanner.has(0);
    }
}
