package io.sluice.admission;

import io.sluice.price.Currency;

/**
 * What may be spent. Immutable.
 *
 * @param name tells the budgets of one account apart; what was spent follows the name and the
 *     currency when the other terms change
 * @param amountPicos at least 0, in 10^-12 of the currency
 * @param softLimitPicos where people are told of it, or {@link #NO_SOFT_LIMIT}
 */
public record BudgetTerms(
        String name,
        long amountPicos,
        Currency currency,
        SpendWindow window,
        Mode mode,
        long softLimitPicos) {

    /** How strictly the amount is kept. */
    public enum Mode {
        /**
         * What a call may cost at most is held before it is forwarded: the amount is never
         * exceeded.
         */
        HARD,
        /**
         * A call is admitted while the amount is not used up, and charged when it has ended: calls
         * that run at that moment may exceed it.
         */
        SOFT
    }

    public static final long NO_SOFT_LIMIT = -1;

    public BudgetTerms {
        if (amountPicos < 0 || softLimitPicos < NO_SOFT_LIMIT) {
            throw new IllegalArgumentException("negative amounts in budget " + name);
        }
    }

    public boolean isHard() {
        return mode == Mode.HARD;
    }
}
