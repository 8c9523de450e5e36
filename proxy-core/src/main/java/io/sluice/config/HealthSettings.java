package io.sluice.config;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When targets and keys are left alone. Immutable.
 *
 * @param cooldowns whether any ever is
 * @param allowedFails failures in a row after which a target is
 * @param cooldown how long
 * @param allowedFailsByError the same for single errors, over {@code allowedFails}
 * @param keyFailures failures in a row after which one key of several is
 * @param keyRest how long
 * @param window over which scores are counted
 */
public record HealthSettings(
        boolean cooldowns,
        int allowedFails,
        Duration cooldown,
        Map<Failure, Integer> allowedFailsByError,
        int keyFailures,
        Duration keyRest,
        Duration window,
        Checks checks) {

    /** The errors that a policy tells apart. */
    public enum Failure {
        AUTHENTICATION,
        TIMEOUT,
        RATE_LIMIT,
        INTERNAL_SERVER
    }

    /**
     * How providers are asked in the background.
     *
     * @param interval between two questions to one target
     * @param timeout for each answer
     * @param staleAfter when a finding no longer counts
     */
    public record Checks(
            boolean enabled, Duration interval, Duration timeout, Duration staleAfter) {

        public static final Checks OFF =
                new Checks(
                        false,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(5));
    }

    public static final HealthSettings DEFAULT =
            new HealthSettings(
                    true,
                    3,
                    Duration.ofSeconds(60),
                    Map.of(),
                    3,
                    Duration.ofSeconds(300),
                    Duration.ofSeconds(300),
                    Checks.OFF);

    public HealthSettings {
        allowedFailsByError = Map.copyOf(allowedFailsByError);
    }

    /** The same with what is not {@code null}. */
    HealthSettings with(@Nullable Integer fails, @Nullable Duration rest) {
        return new HealthSettings(
                cooldowns,
                fails == null ? allowedFails : fails,
                rest == null ? cooldown : rest,
                allowedFailsByError,
                keyFailures,
                keyRest,
                window,
                checks);
    }
}
