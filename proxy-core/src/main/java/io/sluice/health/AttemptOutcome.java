package io.sluice.health;

/**
 * How an attempt ended, as far as choosing among targets goes by it. Immutable.
 *
 * @param firstByteNanos from the asking to the first byte of payload, -1 where none came
 * @param outputClass one of {@link Latencies#classOf}
 * @param tokens that it used, 0 where that is not known
 * @param retryAfterNanos how long the provider wants to be left alone, 0 where it does not say
 */
public record AttemptOutcome(
        AttemptResult result,
        long firstByteNanos,
        int outputClass,
        long tokens,
        long retryAfterNanos) {

    /** An end of which nothing but its kind is known. */
    public static AttemptOutcome of(AttemptResult result) {
        return new AttemptOutcome(result, -1, 0, 0, 0);
    }
}
