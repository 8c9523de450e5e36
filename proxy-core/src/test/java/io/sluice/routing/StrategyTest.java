package io.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.config.StrategyName;
import io.sluice.health.AttemptResult;
import io.sluice.health.TargetSwitch;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Where each strategy sends calls; simulations are seeded, with a clock that stands still. */
class StrategyTest {

    private static final int CALLS = 50_000;

    private final GroupFixture group = new GroupFixture();
    private final Map<String, Integer> counts = new HashMap<>();

    private void run(Strategy strategy) {
        for (int i = 0; i < CALLS; i++) {
            Target next = group.plan(strategy).next(group.nowNanos);
            counts.merge(next == null ? "none" : next.name(), 1, Integer::sum);
        }
    }

    private double share(String name) {
        return counts.getOrDefault(name, 0) / (double) CALLS;
    }

    @ParameterizedTest
    @CsvSource({
        "'', SIMPLE_SHUFFLE",
        "simple-shuffle, SIMPLE_SHUFFLE",
        "least-busy, LEAST_BUSY",
        "latency-based-routing, LOWEST_LATENCY",
        "Lowest-Latency, LOWEST_LATENCY",
        "cost-based-routing, LOWEST_COST",
        "usage-based-routing, USAGE_BASED",
        "usage-based-routing-v2, USAGE_BASED",
        "lowest-tpm-rpm, LOWEST_TPM_RPM",
        "priority, PRIORITY"
    })
    void knowsTheNamesThatUsersWrite(String name, StrategyName expected) {
        assertThat(StrategyName.find(name)).isEqualTo(expected);
    }

    @Test
    void shufflesByWeight() {
        group.target("a").weight(1).add().target("b").weight(3).add().target("c").weight(6).add();

        run(Strategy.of(StrategyName.SIMPLE_SHUFFLE, 0));

        assertThat(share("a")).isCloseTo(0.1, within(0.01));
        assertThat(share("b")).isCloseTo(0.3, within(0.01));
        assertThat(share("c")).isCloseTo(0.6, within(0.01));
    }

    @Test
    void shufflesByTheWeightThatAnOperatorHasSet_untilItEnds() {
        group.plain("a", "b");
        long until = group.nowNanos + 100;
        group.named("a")
                .placement()
                .health()
                .set(new TargetSwitch(TargetSwitch.Kind.WEIGHT, 0, until, "", "cli", 0));

        run(Strategy.of(StrategyName.SIMPLE_SHUFFLE, 0));
        assertThat(share("a")).isZero();

        counts.clear();
        group.nowNanos = until;
        run(Strategy.of(StrategyName.SIMPLE_SHUFFLE, 0));
        assertThat(share("a")).isCloseTo(0.5, within(0.01));
    }

    /** With two looks the fullest of n targets has log log n more than the mean, not log n. */
    @Test
    void keepsCallsUnderWayTogether_whereItTakesTheLeastBusyOfTwo() {
        for (int i = 0; i < 32; i++) {
            group.plain("t" + i);
        }
        for (int i = 0; i < 3200; i++) {
            Target next = group.plan(StrategyName.LEAST_BUSY).next(group.nowNanos);
            assertThat(next).isNotNull();
            next.placement().health().onBegin(group.nowNanos);
        }

        for (Target target : group.targets) {
            assertThat(target.placement().health().inFlight()).isBetween(94L, 106L);
        }
    }

    @Test
    void takesTheSoonestFirstByte_butForItsShareOfExploration() {
        group.plain("slow", "fast", "slower");
        group.serve("slow", 900, 2, 0);
        group.serve("fast", 100, 2, 0);
        group.serve("slower", 2000, 2, 0);

        run(Strategy.of(StrategyName.LOWEST_LATENCY, 0.06));

        assertThat(share("slow")).isCloseTo(0.02, within(0.005));
        assertThat(share("slower")).isCloseTo(0.02, within(0.005));
        assertThat(share("fast")).isCloseTo(0.96, within(0.005));
    }

    @Test
    void takesWhatWasNeverMeasured_first() {
        group.plain("known", "new");
        group.serve("known", 1, 2, 0);

        assertThat(group.first(StrategyName.LOWEST_LATENCY)).isEqualTo("new");
    }

    @Test
    void comparesFirstBytes_amongCallsThatAskForAsMuch() {
        group.plain("thinker", "talker");
        group.serve("thinker", 100, 0, 0);
        group.serve("thinker", 9000, 1, 0);
        group.serve("talker", 500, 0, 0);
        group.serve("talker", 500, 1, 0);

        group.call.tokens(10, 100);
        assertThat(group.first(StrategyName.LOWEST_LATENCY)).isEqualTo("thinker");
        group.call.tokens(10, 2000);
        assertThat(group.first(StrategyName.LOWEST_LATENCY)).isEqualTo("talker");
    }

    @Test
    void findsOutThatATargetHasBecomeFaster() {
        group.plain("a", "b");
        group.serve("a", 100, 2, 0);
        group.serve("b", 1000, 2, 0);
        Strategy strategy = Strategy.of(StrategyName.LOWEST_LATENCY, 0.05);
        for (int i = 0; i < 1000; i++) {
            Target next = group.plan(strategy).next(group.nowNanos);
            assertThat(next).isNotNull();
            group.serve(next.name(), next.name().equals("b") ? 10 : 100, 2, 0);
        }

        run(strategy);
        assertThat(share("b")).isGreaterThan(0.9);
    }

    @ParameterizedTest
    @CsvSource({
        "100000, 10, long-prompts",
        "10, 100000, long-answers",
        "100000, 0, long-prompts",
    })
    void takesTheCheapest_forTheCallsOwnMix(long input, long output, String expected) {
        group.target("long-prompts").price(1, 50).add();
        group.target("long-answers").price(5, 10).add();
        group.target("unknown").add();
        group.call.tokens(input, output);

        assertThat(group.first(StrategyName.LOWEST_COST)).isEqualTo(expected);
    }

    @Test
    void sharesCalls_amongTargetsThatCostTheSame() {
        group.target("a").price(1, 1).add().target("b").price(1, 1).add();
        group.call.tokens(10, 10);

        run(Strategy.of(StrategyName.LOWEST_COST, 0));

        assertThat(share("a")).isCloseTo(0.5, within(0.01));
    }

    @Test
    void fillsTargetsInStepWithTheirLimits_whereItGoesByUsage() {
        group.target("small").limits(60, 0).add().target("large").limits(600, 0).add();
        for (int i = 0; i < 330; i++) {
            group.serve(group.first(StrategyName.USAGE_BASED), 1, 2, 0);
        }

        long small = group.named("small").placement().health().requestsThisMinute(group.nowNanos);
        assertThat(small).isBetween(29L, 31L);

        group.nowNanos += TimeUnit.MINUTES.toNanos(1);
        assertThat(group.named("small").placement().health().requestsThisMinute(group.nowNanos))
                .isZero();
    }

    @Test
    void takesTheFewestTokens_andThoseWithinTheirLimits() {
        group.target("full").limits(2, 0).add().target("used").add().target("idle").add();
        group.serve("used", 1, 2, 100);
        group.serve("idle", 1, 2, 50);
        group.serve("full", 1, 2, 0);
        group.serve("full", 1, 2, 0);

        assertThat(group.first(StrategyName.LOWEST_TPM_RPM)).isEqualTo("idle");
    }

    @ParameterizedTest
    @EnumSource(StrategyName.class)
    void takesLowerOrdersFirst_underEveryStrategy(StrategyName strategy) {
        group.target("second").order(2).add();
        group.target("first").order(1).add();
        group.target("none").add();
        group.call.affinity(77);
        AttemptPlan plan = group.plan(strategy);

        assertThat(plan.next(group.nowNanos)).isEqualTo(group.named("first"));
        assertThat(plan.next(group.nowNanos)).isEqualTo(group.named("second"));
        assertThat(plan.next(group.nowNanos)).isEqualTo(group.named("none"));
    }

    @ParameterizedTest
    @EnumSource(StrategyName.class)
    void takesWhatIsHealthy_underEveryStrategy(StrategyName strategy) {
        group.plain("out", "limited", "well");
        group.fail("out", AttemptResult.FAILED, 3);
        group.fail("limited", AttemptResult.RATE_LIMITED, 1);

        for (int i = 0; i < 100; i++) {
            assertThat(group.first(strategy)).isEqualTo("well");
        }
    }

    @Test
    void keepsSessionsTogether_andMovesNoOthersWhenATargetIsOut() {
        for (int i = 0; i < 8; i++) {
            group.plain("t" + i);
        }
        Map<Long, String> homes = new HashMap<>();
        for (long session = 1; session <= 2000; session++) {
            group.call.affinity(session);
            String home = group.first(StrategyName.SESSION_AFFINITY);
            homes.put(session, home);
            counts.merge(home, 1, Integer::sum);
            assertThat(group.first(StrategyName.SESSION_AFFINITY)).isEqualTo(home);
        }
        counts.values().forEach(count -> assertThat(count).isBetween(190, 310));

        group.fail("t3", AttemptResult.FAILED, 3);
        homes.forEach((session, home) -> {
            group.call.affinity(session);
            String now = group.first(StrategyName.SESSION_AFFINITY);
            assertThat(now).isNotEqualTo("t3");
            if (!home.equals("t3")) {
                assertThat(now).isEqualTo(home);
            }
        });
    }

    @Test
    void givesSessionsByWeight() {
        group.target("a").weight(1).add().target("b").weight(4).add();
        for (long session = 1; session <= CALLS; session++) {
            group.call.affinity(session);
            counts.merge(group.first(StrategyName.SESSION_AFFINITY), 1, Integer::sum);
        }

        assertThat(share("b")).isCloseTo(0.8, within(0.01));
    }
}
