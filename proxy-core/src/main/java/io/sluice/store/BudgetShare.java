package io.sluice.store;

import io.sluice.price.Currency;

/**
 * One window of a hard budget that several processes share. Immutable.
 *
 * @param id of the account, in its dimension
 * @param scope the budget's name, which tells the budgets of one account apart
 * @param currency of all amounts, and its worth
 * @param startMillis when its spend begins to count, in milliseconds of the epoch
 * @param endMillis the first moment that does not count any more; {@link Long#MAX_VALUE} for never
 * @param amountPicos what all processes together may spend in it, in 10^-12 of the currency
 */
public record BudgetShare(
        Dimension dimension,
        String id,
        String scope,
        Currency currency,
        long startMillis,
        long endMillis,
        long amountPicos) {

    /** What the scopes of budgets that are for one model begin with; its name follows. */
    public static final String MODEL_SCOPE = "model:";
}
