package io.sluice.health;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a target's health leaves to the next process. Immutable. Times are milliseconds of the
 * epoch, since the clock of the event loops begins anew.
 *
 * @param traffic what an operator has set of its traffic
 * @param weight what an operator has set of its weight
 */
public record SavedHealth(
        String id,
        SavedBreaker breaker,
        long served,
        long failed,
        List<SavedKey> keys,
        @Nullable SavedSwitch traffic,
        @Nullable SavedSwitch weight) {

    public SavedHealth {
        keys = List.copyOf(keys);
    }

    /**
     * A breaker.
     *
     * @param untilMillis when a probe may be taken, where it is open
     * @param cause of the last failure, {@code null} where there was none
     */
    public record SavedBreaker(
            Breaker.State state,
            int failures,
            long untilMillis,
            boolean isForGood,
            @Nullable AttemptResult cause,
            long sinceMillis) {}

    /** One key. */
    public record SavedKey(
            String id, SavedBreaker breaker, boolean isDisabled, long served, long failed) {}

    /**
     * What an operator has set.
     *
     * @param untilMillis when it ends; {@link TargetSwitch#FOR_GOOD} if never
     */
    public record SavedSwitch(
            TargetSwitch.Kind kind,
            double weight,
            long untilMillis,
            String reason,
            String by,
            long sinceMillis) {}
}
