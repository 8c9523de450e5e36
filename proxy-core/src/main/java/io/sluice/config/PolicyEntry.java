package io.sluice.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule for calls that meet its conditions, all of them. Immutable.
 *
 * @param team pattern of a team's alias or id, {@code null} for any
 * @param key pattern of a key's alias, {@code null} for any
 * @param model pattern of the model as callers name it, {@code null} for any
 * @param tags patterns of which one has to match one of the call's tags; empty for any
 * @param guardrails checks for these calls
 * @param strategy how a target is chosen, {@code null} where it does not say
 * @param priority the highest that names a strategy counts
 */
public record PolicyEntry(
        String name,
        @Nullable String team,
        @Nullable String key,
        @Nullable String model,
        List<String> tags,
        List<String> guardrails,
        @Nullable String strategy,
        int priority) {

    public PolicyEntry {
        tags = List.copyOf(tags);
        guardrails = List.copyOf(guardrails);
    }
}
