package io.sluice.health;

/**
 * What counts against a target and its keys. Immutable.
 *
 * @param target when the target itself is left alone
 * @param key when one of its keys is
 * @param windowNanos over which scores are counted, more than 0
 * @param isPooled whether it has several keys: what is not the address's fault is then a key's
 */
public record HealthTerms(
        BreakerTerms target, BreakerTerms key, long windowNanos, boolean isPooled) {

    private static final long FIVE_MINUTES_NANOS = 300_000_000_000L;

    /** Nothing ever counts. */
    public static final HealthTerms OFF =
            new HealthTerms(BreakerTerms.OFF, BreakerTerms.OFF, FIVE_MINUTES_NANOS, false);
}
