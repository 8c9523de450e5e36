package io.sluice.store;

import io.sluice.config.AccountLimits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an account may do and spend, and what is noted about it. Immutable.
 *
 * @param models names, patterns and access groups; empty for all
 * @param budgetId of a stored budget, which counts where {@code budget} is {@code null}
 * @param modelBudgets a JSON object by model
 * @param metadata a JSON object of the operator's
 * @param settings a JSON object: whatever else the management API keeps for this account
 */
public record AccountTerms(
        List<String> models,
        AccountLimits limits,
        @Nullable String budgetId,
        @Nullable BudgetTerms budget,
        String modelBudgets,
        String metadata,
        List<String> tags,
        String settings) {

    /** No bounds and no notes. */
    public static final AccountTerms NONE =
            new AccountTerms(
                    List.of(), AccountLimits.NONE, null, null, "{}", "{}", List.of(), "{}");

    /** These terms, with what a stored budget says where these say nothing. */
    public AccountTerms or(BudgetRecord shared) {
        return new AccountTerms(
                models,
                limits.isEmpty() ? withPriority(shared.limits()) : limits,
                budgetId,
                budget == null ? shared.terms() : budget,
                modelBudgets.equals("{}") ? shared.modelBudgets() : modelBudgets,
                metadata,
                tags,
                settings);
    }

    private AccountLimits withPriority(AccountLimits others) {
        return limits.priority() == AccountLimits.USUAL_PRIORITY
                ? others
                : others.withPriority(limits.priority());
    }

    public AccountTerms {
        models = List.copyOf(models);
        tags = List.copyOf(tags);
    }
}
