package io.sluice.config;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What choosing among targets goes by, of one entry of {@code model_list}. Immutable.
 *
 * @param id tells it from all others, over changes of the file; {@code null} where it has none
 * @param order lower ones are taken first
 * @param region where it runs, {@code null} where that is not said
 * @param tags what calls with tags look for
 * @param maxInputTokens its context window, 0 where that is not said
 * @param maxOutputTokens the most it answers, 0 where that is not said
 * @param mode such as {@code chat} or {@code embedding}
 * @param cooldown how long it is left alone after failures, {@code null} for the router's
 * @param keys several keys of its provider; empty where it has one, or none
 */
public record TargetTraits(
        @Nullable String id,
        int order,
        @Nullable String region,
        List<String> tags,
        AccessRule access,
        long maxInputTokens,
        long maxOutputTokens,
        @Nullable String mode,
        @Nullable Duration cooldown,
        List<KeyOfPool> keys) {

    /** Nothing is said. */
    public static final TargetTraits NONE =
            new TargetTraits(
                    null,
                    Integer.MAX_VALUE,
                    null,
                    List.of(),
                    AccessRule.ALL,
                    0,
                    0,
                    null,
                    null,
                    List.of());

    public TargetTraits {
        tags = List.copyOf(tags);
        keys = List.copyOf(keys);
    }

    /**
     * Who may use a target: whoever one of the sets names; everybody where all are empty.
     *
     * @param organizations ids
     * @param teams ids
     * @param keys ids or aliases
     */
    public record AccessRule(Set<String> organizations, Set<String> teams, Set<String> keys) {

        public static final AccessRule ALL = new AccessRule(Set.of(), Set.of(), Set.of());

        public AccessRule {
            organizations = Set.copyOf(organizations);
            teams = Set.copyOf(teams);
            keys = Set.copyOf(keys);
        }

        public boolean isForAll() {
            return organizations.isEmpty() && teams.isEmpty() && keys.isEmpty();
        }
    }

    /**
     * One of several keys.
     *
     * @param name {@code null} where it has none
     * @param weight share of the target's calls, at least 0
     * @param cooldown its rest after each use
     */
    public record KeyOfPool(@Nullable String name, Secret key, double weight, Duration cooldown) {}
}
