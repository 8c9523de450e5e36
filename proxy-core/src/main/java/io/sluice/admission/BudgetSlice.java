package io.sluice.admission;

/**
 * The part of a hard budget that this process may spend on its own, lent by whoever divides it
 * between several processes. Immutable.
 *
 * @param epoch of the lease; in one window, a larger one replaces a smaller one and never the
 *     reverse
 * @param windowStartMillis when the spend it is for begins to count: the start of the budget's
 *     window, or the moment in it at which its spend was set back
 * @param grantedPicos what this process had spent when its lease began, and all that it was granted
 *     since, in 10^-12 of the budget's currency; what it has spent and holds stays within it
 * @param lowPicos once so much of it is spent or held, more is asked for; {@link #NOTHING_LEFT}
 *     where there is no more
 * @param expiresMillis from then on nothing more may be held, in milliseconds of the epoch; what is
 *     held already may still be charged
 */
public record BudgetSlice(
        long epoch, long windowStartMillis, long grantedPicos, long lowPicos, long expiresMillis) {

    public static final long NOTHING_LEFT = Long.MAX_VALUE;

    /** What counts before the first grant. */
    public static final BudgetSlice NONE =
            new BudgetSlice(-1, Long.MIN_VALUE, 0, 0, Long.MIN_VALUE);

    /** Whether it takes the place of {@code other}, of the same window. */
    boolean isNewerThan(BudgetSlice other) {
        return epoch > other.epoch
                || (epoch == other.epoch && expiresMillis >= other.expiresMillis);
    }

    boolean isLastIn(long startMillis, long nowMillis) {
        return isLentIn(startMillis, nowMillis) && lowPicos == NOTHING_LEFT;
    }

    boolean isLentIn(long startMillis, long nowMillis) {
        return windowStartMillis == startMillis && nowMillis < expiresMillis;
    }
}
