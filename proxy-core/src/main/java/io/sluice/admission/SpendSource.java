package io.sluice.admission;

/**
 * Knows what was spent before this process began. May block; never asked on an event loop.
 *
 * <p>The ledger's rollups are that: everything that the ledger will book before new calls are
 * admitted must be in them, rows of calls that never ended included.
 */
@FunctionalInterface
public interface SpendSource {

    /**
     * What counts for a budget from {@code startMillis} to before {@code endMillis}, both of the
     * epoch, in 10^-12 of its currency: amounts in that currency as they are, those in others
     * through dollars. An {@code endMillis} of {@link Long#MAX_VALUE} means for ever.
     */
    long spentPicos(Account account, BudgetTerms terms, long startMillis, long endMillis);
}
