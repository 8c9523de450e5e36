package io.sluice.admission;

import java.util.concurrent.atomic.AtomicLongArray;

/** A number on a cache line of its own, which never overflows. Safe for any thread, lock-free. */
final class PaddedLong {

    /*
     * The largest value is a trap: a sum that would pass it stays there, and nothing takes it off
     * again. A counter that has met it refuses for good, rather than begin anew. The smallest value
     * is closed: nothing can be added within a limit any more.
     */

    private static final int PADDING = 16;

    private final AtomicLongArray values = new AtomicLongArray(2 * PADDING + 1);

    long get() {
        return values.get(PADDING);
    }

    /** Adds what may be negative; returns the sum. */
    long add(long delta) {
        while (true) {
            long before = values.get(PADDING);
            long after = before == Long.MAX_VALUE ? before : saturated(before, delta);
            if (values.compareAndSet(PADDING, before, after)) {
                return after;
            }
        }
    }

    /** Adds {@code amount}, at least 0, unless the sum would pass {@code limit}, at least 0. */
    boolean addWithin(long amount, long limit) {
        while (true) {
            long before = values.get(PADDING);
            if (before == Long.MAX_VALUE || before == Long.MIN_VALUE || before > limit - amount) {
                return false;
            }
            if (values.compareAndSet(PADDING, before, before + amount)) {
                return true;
            }
        }
    }

    /** Closes it for good where it is 0; returns whether it was. */
    boolean closeAtZero() {
        return values.compareAndSet(PADDING, 0, Long.MIN_VALUE);
    }

    boolean isClosed() {
        return values.get(PADDING) == Long.MIN_VALUE;
    }

    private static long saturated(long a, long b) {
        long sum = a + b;
        boolean overflows = ((a ^ sum) & (b ^ sum)) < 0;
        return overflows ? Long.MAX_VALUE : sum;
    }
}
