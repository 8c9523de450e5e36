package io.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.config.StrategyName;
import io.sluice.health.AttemptOutcome;
import io.sluice.health.AttemptResult;
import io.sluice.health.Breaker;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyPoolTest {

    private final GroupFixture group = new GroupFixture();

    private static void end(Target target, PoolKey key, AttemptResult result, long now) {
        target.placement().health().onEnd(key.health(), AttemptOutcome.of(result), now);
    }

    @Test
    void takesKeysByWeight() {
        group.target("t").key("a", 1).key("b", 3).add();
        Target target = group.named("t");
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 40_000; i++) {
            PoolKey key = group.plan(StrategyName.SIMPLE_SHUFFLE).enter(target, group.nowNanos);
            assertThat(key).isNotNull();
            counts.merge(key.label(), 1, Integer::sum);
            end(target, key, AttemptResult.SERVED, group.nowNanos);
        }

        assertThat(counts.getOrDefault("b", 0) / 40_000.0).isCloseTo(0.75, within(0.01));
    }

    @Test
    void takesAnotherKey_forEachAttemptOfACall() {
        group.target("t").key("a", 1).key("b", 1).key("c", 1).add();
        Target target = group.named("t");
        AttemptPlan plan = group.plan(StrategyName.SIMPLE_SHUFFLE);
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            assertThat(plan.next(group.nowNanos)).isEqualTo(target);
            PoolKey key = plan.enter(target, group.nowNanos);
            assertThat(key).isNotNull();
            taken.add(key.label());
            end(target, key, AttemptResult.FAILED, group.nowNanos);
        }

        assertThat(taken).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void saysWhenTheFirstKeyIsBack() {
        group.target("t").key("a", 1).key("b", 1).add();
        Target target = group.named("t");
        AttemptPlan plan = group.plan(StrategyName.SIMPLE_SHUFFLE);
        for (int i = 1; i <= 2; i++) {
            PoolKey key = plan.enter(target, group.nowNanos);
            assertThat(key).isNotNull();
            target.placement()
                    .health()
                    .onEnd(
                            key.health(),
                            new AttemptOutcome(AttemptResult.RATE_LIMITED, -1, 0, 0, i * 100L),
                            group.nowNanos);
        }

        assertThat(plan.next(group.nowNanos)).isNull();
        assertThat(plan.waitNanos(group.nowNanos)).isEqualTo(100);
        assertThat(plan.next(group.nowNanos + 100)).isEqualTo(target);
    }

    @Test
    void saysThatNoKeyComesBack_whereAllAreRefused() {
        group.target("t").key("a", 1).add();
        group.fail("t", AttemptResult.UNAUTHORIZED, 1);

        assertThat(group.plan(StrategyName.SIMPLE_SHUFFLE).waitNanos(group.nowNanos))
                .isEqualTo(Breaker.FOR_EVER);
    }

    @Test
    void givesTheProbeBack_whereNoKeyCanBeHad() {
        group.target("t").key("a", 1).key("b", 1).add();
        Target target = group.named("t");
        for (int i = 0; i < 3; i++) {
            PoolKey key = group.plan(StrategyName.SIMPLE_SHUFFLE).enter(target, group.nowNanos);
            assertThat(key).isNotNull();
            end(target, key, AttemptResult.UNREACHABLE, group.nowNanos);
        }
        assertThat(target.placement().health().breaker().allows(group.nowNanos)).isFalse();
        long later = group.nowNanos + TimeUnit.SECONDS.toNanos(60);
        target.placement().keys().keys().forEach(key -> key.health().disable());

        assertThat(group.plan(StrategyName.SIMPLE_SHUFFLE).enter(target, later)).isNull();

        target.placement().keys().keys().forEach(key -> key.health().enable());
        assertThat(group.plan(StrategyName.SIMPLE_SHUFFLE).enter(target, later)).isNotNull();
    }

    @Test
    void letsACallerWithAKeyOfItsOwnIn_whateverThePool() {
        group.target("t").key("a", 1).add();
        group.fail("t", AttemptResult.UNAUTHORIZED, 1);
        group.call.ownKeys(1);
        AttemptPlan plan = group.plan(StrategyName.SIMPLE_SHUFFLE);

        assertThat(plan.next(group.nowNanos)).isEqualTo(group.named("t"));
        assertThat(plan.enter(group.named("t"), group.nowNanos)).isNotNull();
    }

    /**
     * Two targets with five keys each, of which one never works, one is rate limited all the time,
     * one is refused, and one fails for a while and comes back.
     */
    @Test
    void servesNearlyEverything_andSendsNothingToAnOpenKey() {
        for (String name : new String[] {"t1", "t2"}) {
            group.target(name)
                    .key("well", 1)
                    .key("dead", 1)
                    .key("limited", 1)
                    .key("refused", 1)
                    .key("flaky", 1)
                    .add();
        }
        int served = 0;
        int sent = 0;
        int calls = 10_000;
        for (int i = 0; i < calls; i++) {
            group.nowNanos += TimeUnit.MILLISECONDS.toNanos(100);
            AttemptPlan plan = group.plan(StrategyName.SIMPLE_SHUFFLE);
            for (int attempt = 0; attempt < 3; attempt++) {
                @Nullable Target target = plan.next(group.nowNanos);
                @Nullable PoolKey key = target == null ? null : plan.enter(target, group.nowNanos);
                if (target == null || key == null) {
                    continue;
                }
                assertThat(key.health().breaker().standing().state())
                        .as("call %d, seed %d", i, GroupFixture.SEED)
                        .isNotEqualTo(Breaker.State.OPEN);
                sent++;
                AttemptResult result = outcome(key.label(), i);
                end(target, key, result, group.nowNanos);
                if (result == AttemptResult.SERVED) {
                    served++;
                    break;
                }
            }
        }

        assertThat(served).isGreaterThanOrEqualTo(calls * 99 / 100);
        assertThat(sent).isLessThan(calls * 105 / 100);
    }

    private static AttemptResult outcome(String label, int call) {
        return switch (label) {
            case "dead" -> AttemptResult.FAILED;
            case "limited" -> AttemptResult.RATE_LIMITED;
            case "refused" -> AttemptResult.UNAUTHORIZED;
            case "flaky" ->
                    call > 2000 && call < 5000 ? AttemptResult.TIMED_OUT : AttemptResult.SERVED;
            default -> AttemptResult.SERVED;
        };
    }
}
