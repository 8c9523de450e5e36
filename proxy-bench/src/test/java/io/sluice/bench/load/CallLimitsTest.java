package io.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallLimitsTest {

    private static final long MILLI = 1_000_000;

    @Test
    void holdsEachCallToItsOwnTimes() {
        CallLimits limits = CallLimits.parse(List.of("ttft=300ms", "tpot=50ms", "e2e=5s"));

        assertThat(limits.isMetBy(300 * MILLI, 50 * MILLI, 5000 * MILLI)).isTrue();
        assertThat(limits.isMetBy(301 * MILLI, 0, 0)).isFalse();
        assertThat(limits.isMetBy(0, 51 * MILLI, 0)).isFalse();
        assertThat(limits.isMetBy(0, 0, 5001 * MILLI)).isFalse();
    }

    @Test
    void keepsLimitsOfPercentilesApart() {
        CallLimits limits = CallLimits.parse(List.of("gap.p99=80ms", "e2e.p99.9=2s"));

        assertThat(limits.ofCalls()).isEmpty();
        assertThat(limits.ofAll())
                .extracting(CallLimits.Limit::name)
                .containsExactly("gap.p99", "e2e.p99.9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ttft", "ttft=", "ttft=3", "nothing=3ms", "gap=3ms", "e2e.p42=3ms"})
    void refusesWhatItCannotRead(String text) {
        assertThatThrownBy(() -> CallLimits.parse(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
