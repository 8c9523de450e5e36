package io.sluice.config;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is tried when an attempt fails. Immutable.
 *
 * @param policy how many attempts each kind of failure is worth
 * @param groupPolicies the same for single models; what they say wins
 * @param fallbacks which models are asked in the place of others
 * @param retryOnlyWithin an attempt that took longer to fail is not repeated; {@code null} for all
 * @param retryShare how many retries there may be for each call, of the whole gateway
 * @param retriesPerSecond how many there may be whatever the share
 * @param gateTime for how long the beginning of a stream may be held back to see whether it is an
 *     error; zero for not at all
 * @param gateBytes how much of it may be held back
 */
public record FailoverSettings(
        RetryPolicy policy,
        Map<String, RetryPolicy> groupPolicies,
        FallbackSettings fallbacks,
        @Nullable Duration retryOnlyWithin,
        double retryShare,
        int retriesPerSecond,
        Duration gateTime,
        int gateBytes) {

    public static final FailoverSettings DEFAULT =
            new FailoverSettings(
                    RetryPolicy.NONE,
                    Map.of(),
                    FallbackSettings.NONE,
                    null,
                    0.2,
                    10,
                    Duration.ZERO,
                    16 << 10);

    public FailoverSettings {
        groupPolicies = Map.copyOf(groupPolicies);
    }

    /**
     * Further attempts after one that failed so.
     *
     * @param group the model's name, {@code null} where it has none
     * @return {@code null} where nothing is said
     */
    public @Nullable Integer retries(@Nullable String group, FailureKind kind) {
        RetryPolicy own = group == null ? null : groupPolicies.get(group);
        Integer ofGroup = own == null ? null : own.retries(kind);
        return ofGroup == null ? policy.retries(kind) : ofGroup;
    }

    /** Whether something is said of single kinds of failures. */
    public boolean hasPolicy(@Nullable String group) {
        return !policy.isEmpty() || (group != null && groupPolicies.containsKey(group));
    }

    /** The same with other fallbacks. */
    public FailoverSettings withFallbacks(FallbackSettings others) {
        return new FailoverSettings(
                policy,
                groupPolicies,
                others,
                retryOnlyWithin,
                retryShare,
                retriesPerSecond,
                gateTime,
                gateBytes);
    }
}
