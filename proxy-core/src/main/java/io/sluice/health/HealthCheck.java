package io.sluice.health;

import org.jspecify.annotations.Nullable;

/**
 * What an active check has found. Immutable.
 *
 * @param isHealthy whether the provider answered, with a status below 500
 * @param status of the answer, 0 where there was none
 * @param problem why there was none, {@code null} where there was one
 * @param atMillis when, in milliseconds of the epoch
 * @param tookMillis how long it took
 */
public record HealthCheck(
        boolean isHealthy, int status, @Nullable String problem, long atMillis, long tookMillis) {}
