package io.sluice.health;

/**
 * What an operator has set over the file at run time. Immutable.
 *
 * @param weight in place of the file's; only for {@link Kind#WEIGHT}
 * @param untilNanos when it ends, by the clock of the event loops; {@link #FOR_GOOD} if never
 * @param sinceMillis when it was set, in milliseconds of the epoch
 */
public record TargetSwitch(
        Kind kind, double weight, long untilNanos, String reason, String by, long sinceMillis) {

    /** What is set. */
    public enum Kind {
        /** No new calls but those that belong to it: sticky ones, and those of its responses. */
        DRAIN,
        /** No calls at all. */
        DISABLE,
        /** Another weight. */
        WEIGHT
    }

    /** An end that never comes. */
    public static final long FOR_GOOD = Long.MAX_VALUE;

    /** Whether it still counts. */
    public boolean isOn(long nowNanos) {
        return untilNanos == FOR_GOOD || untilNanos - nowNanos > 0;
    }
}
