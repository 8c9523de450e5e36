package io.sluice.store;

import io.sluice.config.AccountLimits;
import org.jspecify.annotations.Nullable;

/**
 * A budget that several accounts may name. Each of them may spend it, apart from the others.
 *
 * @param terms {@code null} where it has only limits
 * @param modelBudgets a JSON object by model
 * @param metadata a JSON object of the operator's
 */
public record BudgetRecord(
        String id,
        @Nullable String alias,
        @Nullable BudgetTerms terms,
        String modelBudgets,
        AccountLimits limits,
        String metadata,
        Stamp stamp) {}
