package io.sluice.transport.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.FailoverSettings;
import io.sluice.config.FallbackSettings;
import io.sluice.config.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static FailoverSettings settings(double share, int perSecond) {
        return new FailoverSettings(
                RetryPolicy.NONE,
                Map.of(),
                FallbackSettings.NONE,
                null,
                share,
                perSecond,
                Duration.ZERO,
                1,
                false);
    }

    private static int taken(RetryBudget budget, FailoverSettings settings, long nowNanos) {
        int taken = 0;
        while (taken < 10_000 && budget.take(settings, nowNanos)) {
            taken++;
        }
        return taken;
    }

    @Test
    void allowsAShareOfTheCalls() {
        RetryBudget budget = new RetryBudget(1);
        for (int i = 0; i < 100; i++) {
            budget.onCall(5 * SECOND);
        }

        assertThat(taken(budget, settings(0.2, 0), 5 * SECOND)).isEqualTo(20);
    }

    @Test
    void allowsSomeToWhoeverHasFewCalls_sharedOutAmongLoops() {
        assertThat(taken(new RetryBudget(1), settings(0, 10), 0)).isEqualTo(100);
        assertThat(taken(new RetryBudget(4), settings(0, 10), 0)).isEqualTo(25);
        assertThat(taken(new RetryBudget(4), settings(0, 0), 0)).isZero();
    }

    @Test
    void forgetsAfterTenSeconds() {
        RetryBudget budget = new RetryBudget(1);
        for (int i = 0; i < 10; i++) {
            budget.onCall(SECOND * i);
        }

        assertThat(taken(budget, settings(1, 0), 9 * SECOND)).isEqualTo(10);
        assertThat(taken(budget, settings(1, 0), 18 * SECOND)).isZero();
        assertThat(taken(budget, settings(1, 0), 19 * SECOND)).isZero();
        budget.onCall(100 * SECOND);
        assertThat(taken(budget, settings(1, 0), 100 * SECOND)).isEqualTo(1);
    }

    @Test
    void countsFromBelowZero_asClocksDo() {
        RetryBudget budget = new RetryBudget(1);
        budget.onCall(-3 * SECOND);
        budget.onCall(2 * SECOND);

        assertThat(taken(budget, settings(1, 0), 2 * SECOND)).isEqualTo(2);
    }
}
