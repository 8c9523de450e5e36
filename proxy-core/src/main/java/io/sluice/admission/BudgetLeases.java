package io.sluice.admission;

/**
 * Divides hard budgets between processes.
 *
 * <p>Where there is one, a hold is taken from the budget's {@link BudgetSlice} and from nothing
 * else. Grants come by {@link Account#grant}, from any thread. Called on event loops: it notes the
 * wish and returns at once.
 */
@FunctionalInterface
public interface BudgetLeases {

    /**
     * A slice has run low, or is not enough for a call that was refused for it.
     *
     * @param windowStartMillis what {@link BudgetSlice#windowStartMillis} must be
     * @param wantedPicos what {@link BudgetSlice#grantedPicos} should come to, at least
     */
    void onWanted(Account account, BudgetTerms terms, long windowStartMillis, long wantedPicos);
}
