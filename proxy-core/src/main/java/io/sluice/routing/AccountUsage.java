package io.sluice.routing;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much is left to the account behind a target, as its provider says with every answer: an
 * account of a person has windows of hours and days, not of money, and one that is nearly used up
 * is left alone until its window ends.
 *
 * <p>Safe for any thread.
 */
public final class AccountUsage {

    /** From this share of a window on the account is left alone. */
    public static final double THRESHOLD = 0.8;

    private static final long PAST_RESET_MILLIS = 60_000;

    private final AtomicLong restsUntilMillis = new AtomicLong();

    /**
     * Notes what an answer says of one window.
     *
     * @param share of the window that is used, 1 for all of it
     * @param resetMillis when it ends, in milliseconds of the epoch; 0 where that is not said
     */
    public void note(double share, long resetMillis, long nowMillis) {
        if (share >= THRESHOLD) {
            long until = resetMillis > nowMillis ? resetMillis : nowMillis + PAST_RESET_MILLIS;
            restsUntilMillis.accumulateAndGet(until, Math::max);
        }
    }

    /** How long the account is left alone from now on, in milliseconds; 0 where it is not. */
    public long restMillis(long nowMillis) {
        return Math.max(0, restsUntilMillis.get() - nowMillis);
    }
}
