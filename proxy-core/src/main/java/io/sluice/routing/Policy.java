package io.sluice.routing;

import io.sluice.config.PolicyEntry;
import io.sluice.config.StrategyName;
import io.sluice.message.NamePattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule for calls that meet its conditions, ready to be compared. Immutable.
 *
 * <p>Comparing allocates nothing.
 *
 * @param strategy {@code null} where it does not say
 */
public record Policy(
        String name,
        @Nullable NamePattern team,
        @Nullable NamePattern key,
        @Nullable NamePattern model,
        List<NamePattern> tags,
        List<String> guardrails,
        @Nullable Strategy strategy,
        int priority) {

    public Policy {
        tags = List.copyOf(tags);
        guardrails = List.copyOf(guardrails);
    }

    static Policy of(PolicyEntry entry, double exploration) {
        StrategyName strategy =
                entry.strategy() == null ? null : StrategyName.find(entry.strategy());
        return new Policy(
                entry.name(),
                pattern(entry.team()),
                pattern(entry.key()),
                pattern(entry.model()),
                entry.tags().stream().map(NamePattern::of).toList(),
                entry.guardrails(),
                strategy == null ? null : Strategy.of(strategy, exploration),
                entry.priority());
    }

    private static @Nullable NamePattern pattern(@Nullable String text) {
        return text == null ? null : NamePattern.of(text);
    }

    /** Whether a call meets all conditions. */
    boolean matches(String calledModel, CallTraits call) {
        return meets(team, call.team(), call.teamAlias())
                && meets(key, call.keyAlias(), call.keyId())
                && meets(model, calledModel, null)
                && hasTag(call.tags());
    }

    private static boolean meets(
            @Nullable NamePattern wanted, @Nullable String one, @Nullable String other) {
        return wanted == null
                || (one != null && wanted.matches(one))
                || (other != null && wanted.matches(other));
    }

    private boolean hasTag(List<String> its) {
        if (tags.isEmpty()) {
            return true;
        }
        for (int i = 0; i < tags.size(); i++) {
            for (int j = 0; j < its.size(); j++) {
                if (tags.get(i).matches(its.get(j))) {
                    return true;
                }
            }
        }
        return false;
    }
}
