package io.sluice.ledger;

import io.sluice.config.LedgerSettings;
import org.agrona.BitUtil;

/**
 * How large the ledger's files are.
 *
 * @param ringBytes a power of two
 * @param segmentBytes of each of the journal's files
 * @param journalBytes of all of them
 */
record LedgerSizes(int ringBytes, long segmentBytes, long journalBytes) {

    /*
     * A segment begins with the open attempts. As many as the ring promises, each with the longest
     * record, fit into little more than half of a segment that is
     * twice the ring.
     */

    static final int MIN_RING = 64 << 10;
    static final int MAX_RING = 1 << 30;
    private static final int SEGMENT_FACTOR = 2;
    private static final int MIN_SEGMENTS = 4;

    static LedgerSizes of(LedgerSettings settings) {
        int ring =
                BitUtil.findNextPositivePowerOfTwo(
                        Math.clamp(settings.ringBytes(), MIN_RING, MAX_RING));
        long segment = (long) ring * SEGMENT_FACTOR;
        long journal = settings.journalBytes();
        if (journal < MIN_SEGMENTS * segment) {
            throw new IllegalArgumentException(
                    "ledger.journal_bytes must be at least "
                            + MIN_SEGMENTS * segment
                            + ", "
                            + MIN_SEGMENTS * SEGMENT_FACTOR
                            + " times ledger.ring_bytes ("
                            + ring
                            + ")");
        }
        return new LedgerSizes(ring, segment, journal);
    }

    /** How much of the ring may be promised. */
    long promisedBytes() {
        return ringBytes - 2L * LedgerPublisher.RECORD_BYTES;
    }
}
