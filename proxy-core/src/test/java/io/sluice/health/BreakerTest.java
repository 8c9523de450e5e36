package io.sluice.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BreakerTest {

    private static final long REST = TimeUnit.SECONDS.toNanos(60);
    private static final BreakerTerms TERMS =
            new BreakerTerms(
                    true,
                    3,
                    Map.of(AttemptResult.RATE_LIMITED, 1, AttemptResult.UNAUTHORIZED, 1),
                    REST);

    private final Breaker breaker = new Breaker();

    /**
     * Each letter is one step: s served, f failed, t timed out, c the caller's fault, l rate
     * limited, u unauthorized, x unknown, e enters (and fails the test where it may not), w waits
     * for the rest to end.
     */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            textBlock =
                    """
                    '',        CLOSED
                    f,         CLOSED
                    ff,        CLOSED
                    fff,       OPEN
                    ftf,       OPEN
                    ffsff,     CLOSED
                    ffsfff,    OPEN
                    ccccccc,   CLOSED
                    ffcf,      OPEN
                    ffxf,      OPEN
                    xxxx,      CLOSED
                    l,         OPEN
                    u,         OPEN
                    fffw,      OPEN
                    fffwe,     HALF_OPEN
                    fffwes,    CLOSED
                    fffwec,    CLOSED
                    fffwef,    OPEN
                    fffwefwe,  HALF_OPEN
                    fffwex,    OPEN
                    fffwexe,   HALF_OPEN
                    fffwexes,  CLOSED
                    fffs,      OPEN
                    fffwesff,  CLOSED
                    fffwesfff, OPEN
                    """)
    void followsTheTable(String steps, Breaker.State expected) {
        long now = 0;
        for (int i = 0; i < steps.length(); i++) {
            char step = steps.charAt(i);
            switch (step) {
                case 'w' -> now += REST;
                case 'e' -> assertThat(breaker.enter(now)).isTrue();
                default -> breaker.onResult(result(step), TERMS, now, REST);
            }
        }

        assertThat(breaker.standing().state()).isEqualTo(expected);
    }

    private static AttemptResult result(char step) {
        return switch (step) {
            case 's' -> AttemptResult.SERVED;
            case 'f' -> AttemptResult.FAILED;
            case 't' -> AttemptResult.TIMED_OUT;
            case 'c' -> AttemptResult.CALLER_FAULT;
            case 'l' -> AttemptResult.RATE_LIMITED;
            case 'u' -> AttemptResult.UNAUTHORIZED;
            default -> AttemptResult.UNKNOWN;
        };
    }

    private void open(long now) {
        for (int i = 0; i < 3; i++) {
            breaker.onResult(AttemptResult.FAILED, TERMS, now, REST);
        }
    }

    @Test
    void letsNothingThrough_untilItsRestIsOver() {
        open(100);

        assertThat(breaker.allows(100 + REST - 1)).isFalse();
        assertThat(breaker.enter(100 + REST - 1)).isFalse();
        assertThat(breaker.waitNanos(100 + REST - 1)).isEqualTo(1);
        assertThat(breaker.allows(100 + REST)).isTrue();
        assertThat(breaker.waitNanos(100 + REST)).isZero();
    }

    @Test
    void letsOneProbeThrough_andNoOther() {
        open(0);

        assertThat(breaker.enter(REST)).isTrue();
        assertThat(breaker.allows(REST)).isFalse();
        assertThat(breaker.enter(REST)).isFalse();
    }

    @Test
    void givesUpAProbe_whoseResultNeverComes() {
        open(0);
        breaker.enter(REST);

        assertThat(breaker.enter(REST + Breaker.PROBE_NANOS - 1)).isFalse();
        assertThat(breaker.enter(REST + Breaker.PROBE_NANOS)).isTrue();
    }

    @Test
    void letsOneProbeThrough_whateverTheNumberOfThreads() throws InterruptedException {
        open(0);
        AtomicInteger entered = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                if (breaker.enter(REST)) {
                                    entered.incrementAndGet();
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(entered).hasValue(1);
    }

    @Test
    void staysOpen_untilSomebodyClosesIt() {
        breaker.onResult(AttemptResult.UNAUTHORIZED, TERMS, 0, Breaker.FOR_EVER);

        assertThat(breaker.enter(Long.MAX_VALUE / 2)).isFalse();
        assertThat(breaker.waitNanos(REST)).isEqualTo(Breaker.FOR_EVER);

        breaker.close();
        assertThat(breaker.enter(0)).isTrue();
    }

    @Test
    void restsAsLongAsTheProviderWants() {
        breaker.onResult(AttemptResult.RATE_LIMITED, TERMS, 0, 7);

        assertThat(breaker.waitNanos(0)).isEqualTo(7);
    }

    @Test
    void restsLonger_whereACallUnderWayIsToldSo() {
        breaker.onResult(AttemptResult.RATE_LIMITED, TERMS, 0, 7);
        breaker.onResult(AttemptResult.RATE_LIMITED, TERMS, 1, 100);
        breaker.onResult(AttemptResult.RATE_LIMITED, TERMS, 2, 5);

        assertThat(breaker.waitNanos(0)).isEqualTo(101);
    }

    @Test
    void saysOnce_thatItHasOpened() {
        assertThat(breaker.onResult(AttemptResult.FAILED, TERMS, 0, REST)).isFalse();
        assertThat(breaker.onResult(AttemptResult.FAILED, TERMS, 0, REST)).isFalse();
        assertThat(breaker.onResult(AttemptResult.FAILED, TERMS, 0, REST)).isTrue();
        assertThat(breaker.onResult(AttemptResult.FAILED, TERMS, 0, REST)).isFalse();
    }

    @Test
    void neverOpens_whereThatIsSwitchedOff() {
        for (int i = 0; i < 10; i++) {
            breaker.onResult(AttemptResult.UNAUTHORIZED, BreakerTerms.OFF, 0, Breaker.FOR_EVER);
        }

        assertThat(breaker.allows(0)).isTrue();
    }

    @Test
    void opensAndClosesByHand() {
        breaker.open(5);
        assertThat(breaker.allows(Long.MAX_VALUE / 2)).isFalse();

        breaker.close();
        assertThat(breaker.allows(5)).isTrue();
    }
}
