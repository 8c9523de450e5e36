package io.sluice.config;

import java.time.Duration;

/**
 * The durable record of what was used.
 *
 * @param enabled whether it is kept
 * @param ringBytes records that are not yet in the journal; a power of two is taken, at least this
 * @param journalBytes records that are not yet in the database
 * @param sync the longest time between two syncs of the journal
 * @param whenFull what becomes of calls when there is no room for their records
 */
public record LedgerSettings(
        boolean enabled, long ringBytes, long journalBytes, Duration sync, WhenFull whenFull) {

    /** What becomes of calls when there is no room for their records. */
    public enum WhenFull {
        /** They are answered with 503. */
        REFUSE,
        /** They wait, a bounded number of them for a bounded time. */
        BLOCK
    }

    public static final LedgerSettings DEFAULT =
            new LedgerSettings(true, 64L << 20, 4L << 30, Duration.ofMillis(50), WhenFull.REFUSE);
}
