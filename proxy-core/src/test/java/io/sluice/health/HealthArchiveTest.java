package io.sluice.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HealthArchiveTest {

    private static final long REST = TimeUnit.SECONDS.toNanos(60);
    private static final HealthTerms TERMS =
            new HealthTerms(
                    new BreakerTerms(true, 3, Map.of(), REST),
                    new BreakerTerms(true, 3, Map.of(AttemptResult.UNAUTHORIZED, 1), REST),
                    TimeUnit.SECONDS.toNanos(300),
                    false);

    private static TargetHealths healths() {
        TargetHealths healths = new TargetHealths();
        TargetHealth target = healths.of("t");
        target.setTerms(TERMS);
        target.key("a");
        target.key("b");
        return healths;
    }

    private static void fail(TargetHealths healths, AttemptResult result, int times) {
        TargetHealth target = healths.of("t");
        for (int i = 0; i < times; i++) {
            target.onBegin(1000);
            target.onEnd(target.key("a"), AttemptOutcome.of(result), 1000);
        }
    }

    /** Another process, 20 seconds later, with a clock that has begun elsewhere. */
    private static TargetHealths next(TargetHealths before) {
        List<SavedHealth> saved = new HealthArchive(before, 1000, 5_000_000).save();
        TargetHealths after = healths();
        int restored = new HealthArchive(after, 77, 5_020_000).restore(saved);
        assertThat(restored).isEqualTo(1);
        return after;
    }

    @Test
    void keepsATargetOut_forTheRestOfItsTime() {
        TargetHealths before = healths();
        fail(before, AttemptResult.FAILED, 3);

        TargetHealth after = next(before).of("t");

        assertThat(after.waitNanos(77)).isEqualTo(TimeUnit.SECONDS.toNanos(40));
        assertThat(after.breaker().standing().cause()).isEqualTo(AttemptResult.FAILED);
        assertThat(after.score().score(TERMS.windowNanos(), 77)).isZero();
    }

    @Test
    void keepsKeysOut_thatWereRefusedOrDisabled() {
        TargetHealths before = healths();
        fail(before, AttemptResult.UNAUTHORIZED, 1);
        before.of("t").key("b").disable();

        TargetHealth after = next(before).of("t");

        assertThat(after.key("a").waitNanos(77, 0)).isEqualTo(Breaker.FOR_EVER);
        assertThat(after.key("b").isDisabled()).isTrue();
    }

    @Test
    void keepsWhatAnOperatorHasSet() {
        TargetHealths before = healths();
        before.of("t")
                .set(
                        new TargetSwitch(
                                TargetSwitch.Kind.DRAIN,
                                0,
                                1000 + TimeUnit.MINUTES.toNanos(1),
                                "work",
                                "cli",
                                4));
        before.of("t")
                .set(
                        new TargetSwitch(
                                TargetSwitch.Kind.WEIGHT, 3, TargetSwitch.FOR_GOOD, "", "cli", 4));

        TargetHealth after = next(before).of("t");

        assertThat(after.waitNanos(77)).isEqualTo(TimeUnit.SECONDS.toNanos(40));
        assertThat(after.weightSet(77)).isEqualTo(3);
        TargetSwitch traffic = after.trafficSwitch(77);
        assertThat(traffic).isNotNull();
        assertThat(traffic.reason()).isEqualTo("work");
    }

    @Test
    void takesAProbeAnew_thatWasUnderWay() {
        TargetHealths before = healths();
        fail(before, AttemptResult.FAILED, 3);
        assertThat(before.of("t").breaker().enter(1000 + REST)).isTrue();

        TargetHealth after = next(before).of("t");

        assertThat(after.breaker().enter(77)).isTrue();
        assertThat(after.breaker().enter(77)).isFalse();
    }

    @Test
    void dropsWhatIsNotThereAnyMore() {
        TargetHealths before = healths();
        before.of("gone");
        List<SavedHealth> saved = new HealthArchive(before, 0, 0).save();
        before.keep(Map.of("t", Set.of("a")));

        assertThat(saved).hasSize(2);
        assertThat(new HealthArchive(before, 0, 0).restore(saved)).isEqualTo(1);
        assertThat(before.of("t").keys()).extracting(KeyHealth::id).containsExactly("a");
    }
}
