package io.sluice.bench.jmh;

import io.sluice.price.Cost;
import io.sluice.price.Price;
import io.sluice.price.PriceTable;
import io.sluice.usage.Usage;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a call cost, exactly. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PriceBenchmark {

    private final Price price = Objects.requireNonNull(PriceTable.builtIn().find("openai/gpt-4o"));
    private final Usage usage = new Usage();

    public PriceBenchmark() {
        usage.setOrigin(Usage.Origin.REPORTED);
        usage.setInputTokens(1717);
        usage.setCachedInputTokens(1024);
        usage.setOutputTokens(333);
    }

    /** Input, cached input and output. */
    @Benchmark
    public long cost() {
        return Cost.of(price, usage);
    }
}
