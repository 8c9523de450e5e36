package io.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OpenLoopTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private long nowNanos = Long.MAX_VALUE - 5 * MILLI;
    private final OpenLoop loop = new OpenLoop(1000, nowNanos);

    @Test
    void meansCallsToStartAtAFixedRate_howeverLateTheyAreTaken() {
        long first = loop.take();
        nowNanos += 70 * MILLI;
        long second = loop.take();

        assertThat(second - first).isEqualTo(MILLI);
        assertThat(loop.nextNanos() - first).isEqualTo(2 * MILLI);
    }

    @Test
    void isDueWhenItsTimeHasCome_acrossTheEndOfTheClocksRange() {
        loop.take();
        assertThat(loop.isDue(nowNanos)).isFalse();

        nowNanos += 20 * MILLI;
        for (int i = 1; i <= 20; i++) {
            assertThat(loop.isDue(nowNanos)).isTrue();
            loop.take();
        }
        assertThat(loop.isDue(nowNanos)).isFalse();
    }

    /** One connection, calls of no length, and a stall of 100 ms after 100 ms. */
    @Test
    void showsAStallInEveryCallThatItHeldUp() {
        Measurements measured = new Measurements();
        for (int i = 0; i < 1000; i++) {
            long intended = loop.take();
            long stallEnd = Long.MAX_VALUE - 5 * MILLI + 200 * MILLI;
            boolean held = i >= 100 && i < 200;
            long answered = held ? stallEnd : intended;
            measured.record(Measure.END_TO_END, answered - intended);
        }

        Spread spread = measured.spread(Measure.END_TO_END);
        assertThat(spread.p50()).isZero();
        assertThat(spread.p90()).isZero();
        assertThat(spread.p99()).isBetween(89 * MILLI, 91 * MILLI);
        assertThat(spread.max()).isBetween(99 * MILLI, 101 * MILLI);
    }

    @Test
    void refusesARateThatIsNone() {
        assertThatThrownBy(() -> new OpenLoop(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
