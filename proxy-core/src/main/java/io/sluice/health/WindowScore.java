package io.sluice.health;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The share of attempts that were served, in a window that begins anew when it ends.
 *
 * <p>Safe for any thread, without locks.
 */
public final class WindowScore {

    /*
     * Window, successes and failures are one word, so that they change together: 16 bits of the
     * window's number, and 24 for each count, which stay at their largest value. A window's number
     * comes round after 65,536 windows; with the shortest, a second, that is 18 hours without a
     * single attempt, after which old counts would stand for one window.
     */

    private static final int COUNT_BITS = 24;
    private static final long MAX_COUNT = (1L << COUNT_BITS) - 1;

    private final AtomicLong cell = new AtomicLong();

    /** Counts one attempt. */
    void add(boolean isServed, long windowNanos, long nowNanos) {
        while (true) {
            long before = cell.get();
            long window = windowOf(windowNanos, nowNanos);
            long from =
                    window == (before >>> (2 * COUNT_BITS)) ? before : window << (2 * COUNT_BITS);
            long after = plusOne(from, isServed);
            if (before == after || cell.compareAndSet(before, after)) {
                return;
            }
        }
    }

    private static long plusOne(long from, boolean isServed) {
        if (isServed) {
            return served(from) == MAX_COUNT ? from : from + (1L << COUNT_BITS);
        }
        return failed(from) == MAX_COUNT ? from : from + 1;
    }

    /** Attempts that were served in this window. */
    public long served(long windowNanos, long nowNanos) {
        return served(current(windowNanos, nowNanos));
    }

    /** Attempts that failed in this window. */
    public long failed(long windowNanos, long nowNanos) {
        return failed(current(windowNanos, nowNanos));
    }

    /** From 0 to 1; 1 where nothing is known. */
    public double score(long windowNanos, long nowNanos) {
        long now = current(windowNanos, nowNanos);
        long all = served(now) + failed(now);
        return all == 0 ? 1 : (double) served(now) / all;
    }

    private long current(long windowNanos, long nowNanos) {
        long now = cell.get();
        return (now >>> (2 * COUNT_BITS)) == windowOf(windowNanos, nowNanos) ? now : 0;
    }

    void clear() {
        cell.set(0);
    }

    /** Takes up what another process has counted in a window that has not ended. */
    void restore(long served, long failed, long windowNanos, long nowNanos) {
        cell.set(
                (windowOf(windowNanos, nowNanos) << (2 * COUNT_BITS))
                        | (Math.min(served, MAX_COUNT) << COUNT_BITS)
                        | Math.min(failed, MAX_COUNT));
    }

    private static long windowOf(long windowNanos, long nowNanos) {
        return Math.floorDiv(nowNanos, windowNanos) & 0xffff;
    }

    private static long served(long word) {
        return (word >>> COUNT_BITS) & MAX_COUNT;
    }

    private static long failed(long word) {
        return word & MAX_COUNT;
    }
}
