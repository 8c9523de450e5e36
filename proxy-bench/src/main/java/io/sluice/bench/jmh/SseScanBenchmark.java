package io.sluice.bench.jmh;

import io.netty.buffer.ByteBuf;
import io.sluice.sse.EventScanner;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Splits buffers of events. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SseScanBenchmark {

    @Param({"1", "10", "100"})
    private int events = 1;

    private final Counter counter = new Counter();
    private final EventScanner scanner = new EventScanner(counter);
    private ByteBuf buffer = Samples.buffer(Samples.EVENT);

    /** Makes the buffer. */
    @Setup
    public void fill() {
        buffer = Samples.buffer(Samples.EVENT.repeat(events));
    }

    /** Reads one buffer. */
    @Benchmark
    public long scan(Scanned scanned) {
        scanned.add(buffer.readableBytes());
        return scan();
    }

    long scan() {
        scanner.read(buffer, 0, buffer.readableBytes());
        return counter.ended;
    }

    private static final class Counter implements EventScanner.Listener {

        private long ended;

        @Override
        public void onData(byte[] bytes, int from, int to) {}

        @Override
        public void onEventEnd(long start, long end) {
            ended++;
        }
    }
}
