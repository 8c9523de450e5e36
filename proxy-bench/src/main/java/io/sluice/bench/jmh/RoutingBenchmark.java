package io.sluice.bench.jmh;

import io.sluice.price.PriceTable;
import io.sluice.routing.AttemptPlan;
import io.sluice.routing.RouteMatch;
import io.sluice.routing.RouteTable;
import io.sluice.routing.Target;
import io.sluice.routing.Targets;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** From a model's name to the first target of a call. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RoutingBenchmark {

    private final RouteTable routes =
            Targets.routes(
                    Samples.settings(),
                    PriceTable.builtIn(),
                    _ -> {
                        throw new IllegalStateException("no identities here");
                    });
    private final SplittableRandom random = new SplittableRandom(1);

    /** The route of a model that stands in the table by its name. */
    @Benchmark
    public @Nullable RouteMatch find() {
        return routes.find("canned");
    }

    /** The route of a model by a pattern. */
    @Benchmark
    public @Nullable RouteMatch findPattern() {
        return routes.find("any/model-of-that-kind");
    }

    /** Route and first target. */
    @Benchmark
    public @Nullable Target plan() {
        RouteMatch match = routes.find("canned");
        return match == null ? null : new AttemptPlan(match.route().targets(), random).next(0);
    }
}
