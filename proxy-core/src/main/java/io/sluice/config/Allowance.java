package io.sluice.config;

import org.jspecify.annotations.Nullable;

/** What may be used, and what may be spent. Immutable. */
public record Allowance(AccountLimits limits, @Nullable BudgetEntry budget) {

    /** Everything, without bound. */
    public static final Allowance NONE = new Allowance(AccountLimits.NONE, null);

    /** Whether there is no bound. */
    public boolean isEmpty() {
        return limits.isEmpty() && budget == null;
    }
}
