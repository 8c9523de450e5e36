package io.sluice.bench.jmh;

import io.sluice.auth.KeyTable;
import io.sluice.auth.Principal;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Finds whose key it is, among a thousand keys of the file. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KeyLookupBenchmark {

    private final KeyTable keys = KeyTable.of(Samples.settings());

    /** A key that is there. */
    @Benchmark
    public @Nullable Principal find() {
        return keys.find(Samples.KEY);
    }

    /** A key that is not. */
    @Benchmark
    public @Nullable Principal miss() {
        return keys.find("sk-nobody-0123456789abcdef");
    }
}
