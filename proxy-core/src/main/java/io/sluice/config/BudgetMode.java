package io.sluice.config;

/** How a budget is kept. */
public enum BudgetMode {
    /**
     * Checked before a call and charged after it: what is under way may go beyond the amount, and a
     * tiny budget still serves its first call.
     */
    SOFT,
    /** The most that a call can cost is held before it is forwarded, so it is never exceeded. */
    HARD
}
