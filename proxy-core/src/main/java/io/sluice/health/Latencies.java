package io.sluice.health;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Moving averages of the time to the first byte, apart for short and long answers.
 *
 * <p>Safe for any thread, without locks.
 */
public final class Latencies {

    /*
     * A model that thinks for a long answer is late with its first byte for reasons that are the
     * caller's. Averages are therefore kept apart by how much output was asked for, and a call is
     * compared within its own class. The weight of the newest value is 0.3 (requirement 2.7).
     */

    /** How many classes there are. */
    public static final int CLASSES = 3;

    static final double NEWEST = 0.3;

    private static final long[] BOUNDS = {256, 4096};
    private static final long NONE = -1;

    private final AtomicLongArray averages = new AtomicLongArray(new long[] {NONE, NONE, NONE});

    /** The class of a call that asks for so many tokens at most; 0 where it does not say. */
    public static int classOf(long outputTokens) {
        if (outputTokens <= 0 || outputTokens > BOUNDS[1]) {
            return 2;
        }
        return outputTokens <= BOUNDS[0] ? 0 : 1;
    }

    void add(int outputClass, long nanos) {
        while (true) {
            long before = averages.get(outputClass);
            long after = before == NONE ? nanos : Math.round(before + NEWEST * (nanos - before));
            if (averages.compareAndSet(outputClass, before, after)) {
                return;
            }
        }
    }

    /** The average in nanoseconds, -1 where there is none yet. */
    public long nanos(int outputClass) {
        return averages.get(outputClass);
    }

    /** The average of the class, else of another, -1 where there is none at all. */
    public long nanosOrAny(int outputClass) {
        long own = averages.get(outputClass);
        for (int i = 0; own == NONE && i < CLASSES; i++) {
            own = averages.get(i);
        }
        return own;
    }
}
