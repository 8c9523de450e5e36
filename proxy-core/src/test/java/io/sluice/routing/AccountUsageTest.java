package io.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AccountUsageTest {

    private static final long NOW = 1_000_000;

    private final AccountUsage usage = new AccountUsage();

    @Test
    void isUsed_belowTheThreshold() {
        usage.note(0.79, NOW + 9_000, NOW);

        assertThat(usage.restMillis(NOW)).isZero();
    }

    @Test
    void isLeftAlone_untilItsLastWindowEnds() {
        usage.note(AccountUsage.THRESHOLD, NOW + 9_000, NOW);
        usage.note(1, NOW + 5_000, NOW);

        assertThat(usage.restMillis(NOW)).isEqualTo(9_000);
        assertThat(usage.restMillis(NOW + 8_999)).isEqualTo(1);
        assertThat(usage.restMillis(NOW + 9_000)).isZero();
    }

    @Test
    void isLeftAloneForAMinute_whereTheResetHasPassed() {
        usage.note(1, NOW - 1, NOW);

        assertThat(usage.restMillis(NOW)).isEqualTo(60_000);
    }
}
