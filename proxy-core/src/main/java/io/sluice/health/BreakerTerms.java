package io.sluice.health;

import java.util.Map;

/**
 * When a breaker opens, and for how long. Immutable.
 *
 * @param isEnabled whether it opens at all
 * @param failures that open it, one after the other
 * @param failuresByResult the same for single results, which go before {@code failures}
 * @param restNanos how long it stays open before a probe is let through
 */
public record BreakerTerms(
        boolean isEnabled,
        int failures,
        Map<AttemptResult, Integer> failuresByResult,
        long restNanos) {

    /** The breaker that never opens. */
    public static final BreakerTerms OFF = new BreakerTerms(false, 1, Map.of(), 0);

    public BreakerTerms {
        failuresByResult = Map.copyOf(failuresByResult);
    }

    /** How many failures in a row open the breaker where the last is {@code result}. */
    int threshold(AttemptResult result) {
        Integer own = failuresByResult.get(result);
        return own == null ? failures : own;
    }
}
