package io.sluice.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What others than keys may use and spend. Immutable.
 *
 * @param models by the name that callers use
 * @param providers by their name in {@code litellm_params.model}
 * @param tags by their text
 * @param endUser each end-user without terms of its own
 * @param endUserBudgetId a stored budget with the terms of each end-user without terms of its own
 */
public record AccountSettings(
        Map<String, Allowance> models,
        Map<String, Allowance> providers,
        Map<String, Allowance> tags,
        Allowance endUser,
        @Nullable String endUserBudgetId) {

    /** No bound for anybody. */
    public static final AccountSettings DEFAULT =
            new AccountSettings(Map.of(), Map.of(), Map.of(), Allowance.NONE, null);

    public AccountSettings {
        models = Map.copyOf(models);
        providers = Map.copyOf(providers);
        tags = Map.copyOf(tags);
    }
}
