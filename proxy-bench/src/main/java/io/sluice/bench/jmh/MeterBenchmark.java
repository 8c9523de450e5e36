package io.sluice.bench.jmh;

import io.netty.buffer.ByteBuf;
import io.sluice.usage.AnswerMeter;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Watches an answer go by for its usage. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MeterBenchmark {

    private static final int EVENTS = 50;

    private final AnswerMeter meter = new AnswerMeter();
    private final ByteBuf stream =
            Samples.buffer(Samples.EVENT.repeat(EVENTS) + Samples.USAGE_EVENT + "data: [DONE]\n\n");
    private final ByteBuf body = Samples.buffer(Samples.ANSWER);

    /** A stream of fifty events, its usage and its end, in one buffer. */
    @Benchmark
    public long stream(Scanned scanned) {
        scanned.add(stream.readableBytes());
        return stream();
    }

    long stream() {
        return read(AnswerMeter.Kind.CHAT_STREAM, stream);
    }

    /** A plain answer of 2 KiB. */
    @Benchmark
    public long body(Scanned scanned) {
        scanned.add(body.readableBytes());
        return body();
    }

    long body() {
        return read(AnswerMeter.Kind.JSON_BODY, body);
    }

    private long read(AnswerMeter.Kind kind, ByteBuf bytes) {
        meter.start(kind);
        meter.scan(bytes, 0, bytes.readableBytes());
        meter.finish();
        return meter.usage().outputTokens();
    }
}
