package io.sluice.config;

import java.util.List;
import java.util.Map;

/**
 * How a target is chosen. Immutable.
 *
 * @param strategy of all calls, by any of its names
 * @param groupStrategies of single model names, over {@code strategy}
 * @param exploration share of calls by which lowest latency tries the others, 0 to 1
 * @param tags whether a call's tags choose among targets
 * @param anyTag whether one of its tags is enough
 * @param preCallChecks whether targets are passed over whose context window is too small
 * @param policies rules over all of these, for calls that meet conditions
 */
public record RoutingSettings(
        String strategy,
        Map<String, String> groupStrategies,
        double exploration,
        Affinity affinity,
        boolean tags,
        boolean anyTag,
        boolean preCallChecks,
        List<PolicyEntry> policies) {

    /** What keeps calls at one target. */
    public enum Affinity {
        NONE,
        /** The session that they name. */
        SESSION,
        /** That, else what their body begins with. */
        PREFIX
    }

    public static final RoutingSettings DEFAULT =
            new RoutingSettings(
                    "simple-shuffle",
                    Map.of(),
                    0.05,
                    Affinity.NONE,
                    false,
                    false,
                    false,
                    List.of());

    public RoutingSettings {
        groupStrategies = Map.copyOf(groupStrategies);
        policies = List.copyOf(policies);
    }

    /** The same with another strategy. */
    public RoutingSettings withStrategy(String name) {
        return new RoutingSettings(
                name,
                groupStrategies,
                exploration,
                affinity,
                tags,
                anyTag,
                preCallChecks,
                policies);
    }
}
