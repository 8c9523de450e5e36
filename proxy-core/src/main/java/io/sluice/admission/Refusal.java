package io.sluice.admission;

import io.sluice.error.ErrorCode;

/**
 * Why a call is not admitted. It has consumed nothing. Immutable.
 *
 * @param message for the caller's eyes
 * @param waitNanos how long until it may be admitted, if nobody comes before it; -1 where trying
 *     again is of no use
 */
public record Refusal(ErrorCode code, String message, long waitNanos) implements Decision {

    /** What stands for a wait without an end. */
    public static final long FOR_EVER = -1;
}
