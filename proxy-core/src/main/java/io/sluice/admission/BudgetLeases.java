package io.sluice.admission;

/**
 * Divides hard budgets between processes.
 *
 * <p>Where there is one, a hold is taken from the budget's {@link BudgetSlice} and from nothing
 * else. Grants come by {@link Account#grant}, from any thread. Called on event loops: it notes the
 * wish and returns at once.
 */
public interface BudgetLeases {

    /**
     * A slice has run low, or is not enough for a call that was refused for it.
     *
     * @param windowStartMillis the window for which more is wanted
     * @param wantedPicos what {@link BudgetSlice#grantedPicos} should come to, at least
     */
    void onWanted(
            AccountKind kind,
            String id,
            BudgetTerms terms,
            long windowStartMillis,
            long wantedPicos);
}
