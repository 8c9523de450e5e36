package io.sluice.ledger;

import java.util.Locale;

/**
 * How an attempt ended, as its row says.
 *
 * <p>The names are stored: a constant may be added, at the end, but never renamed or moved.
 */
public enum Outcome {
    /** The answer came to its end and was handed to the caller, or its last event was. */
    COMPLETED,
    /** The provider answered with an error, which was passed on or replaced by one of ours. */
    UPSTREAM_ERROR,
    /** The provider's answer broke off, or came too slowly, after it had begun. */
    CUT,
    /** The caller left, and the provider was left at once. */
    CANCELLED,
    /** The caller left, and the answer was read to its end to learn what it used. */
    DRAINED,
    /** The caller left, and reading on ended at the bound that was set for it. */
    DRAIN_CAPPED,
    /** The attempt failed before the caller had seen anything of it, and another one was made. */
    RETRIED,
    /** The process ended while the attempt was open; its estimate is charged. */
    CRASHED,
    /** The gateway gave the attempt up for a reason of its own, such as that it stops. */
    GATEWAY_ERROR;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** Its name in the database and in answers. */
    public String code() {
        return code;
    }
}
