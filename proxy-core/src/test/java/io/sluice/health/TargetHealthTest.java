package io.sluice.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetHealthTest {

    private static final long TARGET_REST = TimeUnit.SECONDS.toNanos(60);
    private static final long KEY_REST = TimeUnit.SECONDS.toNanos(300);
    private static final long WINDOW = TimeUnit.SECONDS.toNanos(300);
    private static final Map<AttemptResult, Integer> AT_ONCE =
            Map.of(AttemptResult.RATE_LIMITED, 1, AttemptResult.UNAUTHORIZED, 1);

    private final List<String> opened = new ArrayList<>();
    private final TargetHealths healths =
            new TargetHealths((target, key, cause) ->
                    opened.add((key == null ? target.id() : key.id()) + ' ' + cause));
    private final TargetHealth target = healths.of("openai/gpt");
    private final KeyHealth key = target.key("first");

    private static HealthTerms terms(boolean isPooled) {
        return new HealthTerms(
                new BreakerTerms(true, 3, AT_ONCE, TARGET_REST),
                new BreakerTerms(true, 3, AT_ONCE, KEY_REST),
                WINDOW,
                isPooled);
    }

    private void end(AttemptResult result, long nowNanos) {
        target.onBegin(nowNanos);
        target.onEnd(key, AttemptOutcome.of(result), nowNanos);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    FAILED,        false, true,  false
                    TIMED_OUT,     false, true,  false
                    UNREACHABLE,   false, true,  false
                    RATE_LIMITED,  false, false, true
                    UNAUTHORIZED,  false, false, true
                    CALLER_FAULT,  false, false, false
                    UNKNOWN,       false, false, false
                    FAILED,        true,  false, true
                    TIMED_OUT,     true,  false, true
                    UNREACHABLE,   true,  true,  false
                    RATE_LIMITED,  true,  false, true
                    UNAUTHORIZED,  true,  false, true
                    CALLER_FAULT,  true,  false, false
                    """)
    void countsAgainstWhoseFaultItIs(
            AttemptResult result, boolean isPooled, boolean opensTarget, boolean opensKey) {
        target.setTerms(terms(isPooled));
        for (int i = 0; i < 3; i++) {
            end(result, 0);
        }

        assertThat(target.breaker().allows(0)).isEqualTo(!opensTarget);
        assertThat(key.breaker().allows(0)).isEqualTo(!opensKey);
        assertThat(opened).hasSize(opensTarget || opensKey ? 1 : 0);
    }

    @Test
    void takesAKeyOutForItsRetryAfter_andOneThatIsRefusedForGood() {
        target.setTerms(terms(true));
        target.onBegin(0);
        target.onEnd(key, new AttemptOutcome(AttemptResult.RATE_LIMITED, -1, 0, 0, 42), 0);
        assertThat(key.waitNanos(0, 0)).isEqualTo(42);

        end(AttemptResult.UNAUTHORIZED, 0);
        assertThat(key.waitNanos(0, 0)).isEqualTo(Breaker.FOR_EVER);
    }

    @Test
    void restsAsLongAsATarget_whereTheOnlyKeyIsToldNoTime() {
        target.setTerms(terms(false));

        end(AttemptResult.RATE_LIMITED, 0);

        assertThat(key.waitNanos(0, 0)).isEqualTo(TARGET_REST);
    }

    @Test
    void saysNothingOfItsOwnKeys_whereAnotherWasUsed() {
        target.setTerms(terms(false));
        for (int i = 0; i < 5; i++) {
            target.onBegin(0);
            target.onEnd(null, AttemptOutcome.of(AttemptResult.UNAUTHORIZED), 0);
        }

        assertThat(target.breaker().allows(0)).isTrue();
        assertThat(key.breaker().allows(0)).isTrue();
        assertThat(target.failed()).isZero();
    }

    @Test
    void scoresWhatWasServed_inAWindowThatBeginsAnew() {
        target.setTerms(terms(false));
        assertThat(target.score().score(WINDOW, 0)).isEqualTo(1);

        for (int i = 0; i < 3; i++) {
            end(AttemptResult.SERVED, 1);
        }
        end(AttemptResult.FAILED, 2);
        end(AttemptResult.CALLER_FAULT, 2);
        assertThat(target.score().score(WINDOW, 3)).isEqualTo(0.75);
        assertThat(key.score().score(WINDOW, 3)).isEqualTo(0.75);

        assertThat(target.score().score(WINDOW, WINDOW)).isEqualTo(1);
    }

    @Test
    void countsWhatIsUnderWay_andWhatAMinuteHasUsed() {
        target.onBegin(0);
        target.onBegin(0);
        target.onEnd(key, new AttemptOutcome(AttemptResult.SERVED, 5, 1, 700, 0), 1);

        assertThat(target.inFlight()).isEqualTo(1);
        assertThat(target.requestsThisMinute(1)).isEqualTo(2);
        assertThat(target.tokensThisMinute(1)).isEqualTo(700);
        assertThat(target.tokensThisMinute(TimeUnit.MINUTES.toNanos(1))).isZero();
    }

    @Test
    void averagesTheFirstByte_byHowMuchIsAskedFor() {
        target.onBegin(0);
        target.onEnd(key, new AttemptOutcome(AttemptResult.SERVED, 1000, 0, 0, 0), 0);
        target.onBegin(0);
        target.onEnd(key, new AttemptOutcome(AttemptResult.SERVED, 2000, 0, 0, 0), 0);
        target.onBegin(0);
        target.onEnd(key, new AttemptOutcome(AttemptResult.FAILED, 9999, 0, 0, 0), 0);

        assertThat(target.latencies().nanos(0)).isEqualTo(1300);
        assertThat(target.latencies().nanos(2)).isEqualTo(-1);
        assertThat(target.latencies().nanosOrAny(2)).isEqualTo(1300);
    }

    @Test
    void drains_butForCallsThatBelongToIt() {
        target.set(new TargetSwitch(TargetSwitch.Kind.DRAIN, 0, 100, "maintenance", "cli", 0));

        assertThat(target.allows(0, false)).isFalse();
        assertThat(target.allows(0, true)).isTrue();
        assertThat(target.waitNanos(0)).isEqualTo(100);
        assertThat(target.allows(100, false)).isTrue();
    }

    @Test
    void isDisabled_forEverybody_untilItIsEnabled() {
        target.set(
                new TargetSwitch(
                        TargetSwitch.Kind.DISABLE, 0, TargetSwitch.FOR_GOOD, "", "cli", 0));
        target.set(new TargetSwitch(TargetSwitch.Kind.WEIGHT, 7, 50, "", "cli", 0));

        assertThat(target.allows(0, true)).isFalse();
        assertThat(target.weightSet(49)).isEqualTo(7);
        assertThat(target.weightSet(50)).isEqualTo(-1);

        target.enable();
        assertThat(target.allows(0, false)).isTrue();
        assertThat(target.weightSet(0)).isEqualTo(-1);
    }

    @Test
    void restsAfterEachUse_asAKeyMay() {
        assertThat(key.enter(10, 30)).isTrue();
        assertThat(key.enter(39, 30)).isFalse();
        assertThat(key.waitNanos(39, 30)).isEqualTo(1);
        assertThat(key.enter(40, 30)).isTrue();
    }

    @Test
    void keepsAKeyOut_thatSomebodyHasDisabled() {
        key.disable();
        assertThat(key.enter(0, 0)).isFalse();
        assertThat(key.waitNanos(0, 0)).isEqualTo(Breaker.FOR_EVER);

        key.enable();
        assertThat(key.enter(0, 0)).isTrue();
    }

    @Test
    void forgetsWhatIsNotThereAnyMore() {
        target.key("second");
        healths.of("other");

        healths.keep(Map.of("openai/gpt", java.util.Set.of("second")));

        assertThat(healths.find("other")).isNull();
        assertThat(healths.of("openai/gpt")).isSameAs(target);
        assertThat(target.keys()).extracting(KeyHealth::id).containsExactly("second");
    }

    @Test
    void closesABreaker_whereACheckFindsThatItServes() {
        target.setTerms(terms(false));
        for (int i = 0; i < 3; i++) {
            end(AttemptResult.FAILED, 0);
        }

        target.onCheck(new HealthCheck(false, 503, null, 0, 1));
        assertThat(target.breaker().allows(0)).isFalse();

        target.onCheck(new HealthCheck(true, 200, null, 0, 1));
        assertThat(target.breaker().allows(0)).isTrue();
    }
}
