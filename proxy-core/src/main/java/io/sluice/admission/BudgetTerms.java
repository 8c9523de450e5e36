package io.sluice.admission;

import io.sluice.config.BudgetMode;
import io.sluice.price.Currency;
import org.jspecify.annotations.Nullable;

/**
 * What may be spent. Immutable.
 *
 * @param name tells the budgets of one account apart; what was spent follows the name and the
 *     currency when the other terms change
 * @param amountPicos at least 0, in 10^-12 of the currency
 * @param mode hard: what a call may cost at most is held before it is forwarded, and the amount is
 *     never exceeded; soft: a call is admitted while the amount is not used up and charged when it
 *     has ended, so that calls that run at that moment may exceed it
 * @param softLimitPicos where people are told of it, or {@link #NO_SOFT_LIMIT}
 * @param model the one whose calls it is for, as callers name it; {@code null} for all calls
 */
public record BudgetTerms(
        String name,
        long amountPicos,
        Currency currency,
        SpendWindow window,
        BudgetMode mode,
        long softLimitPicos,
        @Nullable String model) {

    public static final long NO_SOFT_LIMIT = -1;

    public BudgetTerms {
        if (amountPicos < 0 || softLimitPicos < NO_SOFT_LIMIT) {
            throw new IllegalArgumentException("negative amounts in budget " + name);
        }
    }

    /** A budget for all calls. */
    public BudgetTerms(
            String name,
            long amountPicos,
            Currency currency,
            SpendWindow window,
            BudgetMode mode,
            long softLimitPicos) {
        this(name, amountPicos, currency, window, mode, softLimitPicos, null);
    }

    public boolean isHard() {
        return mode == BudgetMode.HARD;
    }
}
