package io.sluice.health;

import org.jspecify.annotations.Nullable;

/** Is told when a target or a key is taken out, on the thread that saw the last failure. */
public interface HealthListener {

    /** Wants to know of nothing. */
    HealthListener NONE = (_, _, _) -> {};

    /**
     * A breaker has opened.
     *
     * @param key whose it is, {@code null} for the target's own
     */
    void onOpened(TargetHealth target, @Nullable KeyHealth key, AttemptResult cause);
}
