package io.sluice.admission;

/**
 * The part of a hard budget that this process may spend on its own, lent by whoever divides it
 * between several processes. Immutable.
 *
 * @param epoch of the lease; a larger one replaces a smaller one and never the reverse
 * @param windowStartMillis the window of the budget it is for, as {@link SpendWindow#startMillis}
 *     says
 * @param grantedPicos all that this process was ever granted in that window, in 10^-12 of the
 *     budget's currency; what it has spent and holds stays within it
 * @param expiresMillis from then on nothing more may be held, in milliseconds of the epoch; what is
 *     held already may still be charged
 */
public record BudgetSlice(
        long epoch, long windowStartMillis, long grantedPicos, long expiresMillis) {

    /** What counts before the first grant. */
    public static final BudgetSlice NONE = new BudgetSlice(-1, Long.MIN_VALUE, 0, Long.MIN_VALUE);
}
