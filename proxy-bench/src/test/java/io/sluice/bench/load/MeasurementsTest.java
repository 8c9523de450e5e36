package io.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MeasurementsTest {

    private final Measurements measured = new Measurements();

    @Test
    void givesPercentilesToThreeDigits() {
        for (int i = 1; i <= 10_000; i++) {
            measured.record(Measure.TTFT, i * 1000L);
        }

        Spread spread = measured.spread(Measure.TTFT);
        assertThat(spread.count()).isEqualTo(10_000);
        assertThat(spread.p50()).isCloseTo(5_000_000, within(5_000L));
        assertThat(spread.p90()).isCloseTo(9_000_000, within(9_000L));
        assertThat(spread.p99()).isCloseTo(9_900_000, within(9_900L));
        assertThat(spread.p999()).isCloseTo(9_990_000, within(9_990L));
        assertThat(spread.max()).isCloseTo(10_000_000, within(10_000L));
        assertThat(spread.mean()).isCloseTo(5_000_500, within(5_000.0));
    }

    @Test
    void addsRunsAsIfTheyHadBeenOne() {
        Measurements other = new Measurements();
        measured.record(Measure.GAP, 1000);
        measured.onEnd(Outcome.SERVED, true);
        other.record(Measure.GAP, 3000);
        other.onEnd(Outcome.CUT, true);
        other.tookNanos(2_000_000_000);

        measured.add(other);

        assertThat(measured.spread(Measure.GAP).count()).isEqualTo(2);
        assertThat(measured.ended()).isEqualTo(2);
        assertThat(measured.failed()).isEqualTo(1);
        assertThat(measured.count(Outcome.CUT)).isEqualTo(1);
        assertThat(measured.seconds()).isEqualTo(2);
    }

    @Test
    void countsAsGoodOnlyWhatWasServedWithinItsLimits() {
        measured.onEnd(Outcome.SERVED, true);
        measured.onEnd(Outcome.SERVED, false);
        measured.onEnd(Outcome.WRONG_BYTES, true);

        assertThat(measured.good()).isEqualTo(1);
        assertThat(measured.ended()).isEqualTo(3);
    }

    @Test
    void takesTheMedianOfAnEvenNumberBetweenTheMiddleTwo() {
        assertThat(Spread.median(9, 1, 5)).isEqualTo(5);
        assertThat(Spread.median(4, 1, 3, 2)).isEqualTo(2.5);
        assertThat(Spread.median()).isNaN();
    }
}
