package io.sluice.bench.jmh;

import io.sluice.config.RoutingSettings;
import io.sluice.config.Settings;
import io.sluice.config.SettingsLoader;
import io.sluice.config.StrategyName;
import io.sluice.health.AttemptOutcome;
import io.sluice.health.AttemptResult;
import io.sluice.price.PriceTable;
import io.sluice.routing.AttemptPlan;
import io.sluice.routing.CallTraits;
import io.sluice.routing.Chooser;
import io.sluice.routing.PoolKey;
import io.sluice.routing.Route;
import io.sluice.routing.RouteTable;
import io.sluice.routing.Target;
import io.sluice.routing.Targets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One decision among the targets of a group: filters, health, strategy, key; and its end. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChoosingBenchmark {

    private static final AttemptOutcome SERVED = AttemptOutcome.of(AttemptResult.SERVED);
    private static final long NOW = TimeUnit.HOURS.toNanos(1);

    @Param({"1", "8", "32"})
    private int targets = 32;

    @Param private StrategyName strategy = StrategyName.SIMPLE_SHUFFLE;

    private final CallTraits call = new CallTraits();
    private List<Target> all = List.of();
    private @Nullable Chooser chooser;
    private @Nullable AttemptPlan plan;
    private long among;

    /** A benchmark of so many targets. */
    static ChoosingBenchmark of(int count, StrategyName name) {
        ChoosingBenchmark benchmark = new ChoosingBenchmark();
        benchmark.targets = count;
        benchmark.strategy = name;
        benchmark.fill();
        return benchmark;
    }

    /** Makes the group. */
    @Setup
    public void fill() {
        StringBuilder yaml = new StringBuilder("model_list:\n");
        for (int i = 0; i < targets; i++) {
            yaml.append("  - {model_name: m, tags: [paid], litellm_params: {model: openai/gpt-4o,")
                    .append(" api_key: sk-provider, api_base: \"http://127.0.0.1:")
                    .append(9000 + i)
                    .append("/v1\", weight: ")
                    .append(1 + i % 3)
                    .append("}}\n");
        }
        Settings settings = load(yaml.toString());
        RoutingSettings rules =
                new RoutingSettings(
                        strategy.text(),
                        Map.of(),
                        0.05,
                        RoutingSettings.Affinity.NONE,
                        true,
                        false,
                        true,
                        List.of());
        RouteTable routes =
                Targets.routes(
                        settings.withRouting(settings.router(), rules, settings.health()),
                        PriceTable.builtIn(),
                        _ -> {
                            throw new IllegalStateException("no identities here");
                        });
        Route route = routes.routes().getFirst();
        all = route.targets();
        among = targets == Long.SIZE ? -1 : (1L << targets) - 1;
        chooser = routes.chooser();
        call.clear().tags(List.of("paid")).tokens(1000, 500).affinity(77);
        plan = routes.chooser().plan(route, all, among, "m", call, new SplittableRandom(1));
    }

    private static Settings load(String yaml) {
        try {
            Path file = Files.createTempFile("choosing", ".yaml");
            Files.writeString(file, yaml);
            Settings settings = new SettingsLoader(Map.of(), List.of()).load(file).settings();
            Files.delete(file);
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From the group to a target and its key, and the end of the attempt. */
    @Benchmark
    public @Nullable Target choose() {
        AttemptPlan own = plan;
        Chooser rules = chooser;
        if (own == null || rules == null || rules.sieve().sift(all, among, call) == 0) {
            return null;
        }
        own.restart();
        Target next = own.next(NOW);
        PoolKey key = next == null ? null : own.enter(next, NOW);
        if (next != null && key != null) {
            next.placement().health().onEnd(key.health(), SERVED, NOW);
        }
        return next;
    }
}
