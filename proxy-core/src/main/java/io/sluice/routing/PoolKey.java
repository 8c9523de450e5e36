package io.sluice.routing;

import io.sluice.health.KeyHealth;

/**
 * One key that a target has at its provider. Immutable, but for its health.
 *
 * @param label what operators see of it: never the key
 * @param weight share of its target's calls, at least 0
 * @param cooldownNanos how long it rests after each use
 * @param isNamed whether there is a key at all, and not a token or nothing
 */
public record PoolKey(
        String label,
        double weight,
        long cooldownNanos,
        TargetCredential credential,
        KeyHealth health,
        boolean isNamed) {

    /** Whether a call may use it now. */
    boolean allows(long nowNanos) {
        return health.allows(nowNanos, cooldownNanos);
    }

    long waitNanos(long nowNanos) {
        return health.waitNanos(nowNanos, cooldownNanos);
    }

    boolean enter(long nowNanos) {
        return health.enter(nowNanos, cooldownNanos);
    }

    @Override
    public String toString() {
        return label;
    }
}
