package io.sluice.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A key that the file defines.
 *
 * @param alias its name in logs and metrics
 * @param models the model names, patterns and access groups it may use; empty means all
 * @param modelBudgets what it may spend on single models, by their names
 * @param onDisconnect {@code null} for the model's or the gateway's own
 */
public record KeyEntry(
        String alias,
        Secret key,
        List<String> models,
        AccountLimits limits,
        @Nullable BudgetEntry budget,
        Map<String, BudgetEntry> modelBudgets,
        @Nullable OnDisconnect onDisconnect) {

    public KeyEntry {
        models = List.copyOf(models);
        modelBudgets = Map.copyOf(modelBudgets);
    }

    /** A key without bounds of its own. */
    public KeyEntry(String alias, Secret key, List<String> models) {
        this(alias, key, models, AccountLimits.NONE, null, Map.of(), null);
    }
}
