package io.sluice.admission;

import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Counts what was used in the last stretch of time. Safe for any thread, lock-free; allocates
 * nothing after it was made (1 KiB).
 *
 * <p>The promise: what is taken by {@link #take} within any stretch as long as the window, wherever
 * it begins, is never more than the limit. A window's end is found to a sixtieth of its length:
 * what was taken counts for the window, and for up to a sixtieth more. Where other processes take
 * from it too, the promise is {@link RateShare}'s.
 */
final class RateWindow {

    /*
     * The window slides over a ring of slots, each a sixtieth of it (rolling counts in buckets, as
     * in Netflix Hystrix's HystrixRollingNumber, with a running total beside them). A slot holds
     * the number of its turn around the ring and what was taken in its time, in one long, so that
     * both change in one compare-and-set.
     *
     * The order makes it safe. Who takes raises the total first, by compare-and-set against the
     * limit, and then puts the amount into the slot that is the head at that moment, which is never
     * older than the time it speaks of. What is in the total leaves it only after it was taken out
     * of a slot whose time is over, by compare-and-set, so that one thread alone takes it off. In
     * between the total is too large, never too small. A thread that was held up may put its amount
     * into a slot that has run out meanwhile; it is found there when the slot's next turn begins.
     */

    /** The most that one slot can hold. */
    static final long MAX_COUNT = (1L << 44) - 1;

    /** The slots that a window is cut into. */
    static final int SLOTS = 60;

    /** The slots that it keeps. */
    static final int RING = 64;

    /** How long a call waits for the next slice of a window that has room. */
    private static final long SLICE_NANOS = 100_000_000;

    private static final int RING_BITS = 6;
    private static final long TURN_MASK = (1L << 20) - 1;
    private static final int COUNT_BITS = 44;
    private static final int MAX_AHEAD = 1 << 10;

    private static final int HEAD = 16;
    private static final int TOTAL = 32;
    private static final int FIRST = 48;
    private static final int LENGTH = FIRST + RING + 16;

    private final AtomicLongArray longs = new AtomicLongArray(LENGTH);
    private final long slotNanos;
    private final long originNanos;
    private final @Nullable RateShare share;

    /**
     * A window in which nothing was used, of this process alone.
     *
     * @param nowNanos the origin of its time
     */
    RateWindow(long windowNanos, long nowNanos) {
        this(windowNanos, nowNanos, null);
    }

    /**
     * A window in which this process has used nothing.
     *
     * @param originNanos the origin of its time
     * @param share what others use of it; {@code null} where there are none
     */
    RateWindow(long windowNanos, long originNanos, @Nullable RateShare share) {
        this.slotNanos = slotNanos(windowNanos);
        this.originNanos = originNanos;
        this.share = share;
    }

    /** The length of one slot. */
    static long slotNanos(long windowNanos) {
        return Math.max(1, Math.ceilDiv(windowNanos, SLOTS));
    }

    /** Whether nothing can be taken for as long as others' use is not known. */
    boolean isClosed() {
        return share != null && share.isClosed();
    }

    /**
     * Takes {@code amount} where the limit allows it.
     *
     * @return where it was put, for {@link #giveBack}, or -1 where there was no room
     */
    long take(long amount, long limit, long nowNanos) {
        long head = advance(nowNanos);
        long free = limit - amount - others(head);
        while (true) {
            long total = longs.get(TOTAL);
            if (total > free) {
                ask();
                return -1;
            }
            if (longs.compareAndSet(TOTAL, total, total + amount)) {
                return spend(put(amount), amount, limit);
            }
        }
    }

    private long spend(long slot, long amount, long limit) {
        if (share == null || share.spend(amount, limit)) {
            return slot;
        }
        giveBack(slot, amount);
        return -1;
    }

    private long others(long head) {
        return share == null ? 0 : share.othersSince(head - SLOTS);
    }

    /** Others may have given something back, or their time may be over. */
    private void ask() {
        if (share != null) {
            share.touch();
        }
    }

    /** Counts what was used already, whatever the limit says; returns where it was put. */
    long add(long amount, long nowNanos) {
        advance(nowNanos);
        longs.getAndAdd(TOTAL, amount);
        long slot = put(amount);
        if (share != null) {
            share.add(amount);
        }
        return slot;
    }

    /** Takes back what was put at {@code slot}, as far as it still counts. */
    void giveBack(long slot, long amount) {
        int at = at(slot);
        while (true) {
            long value = longs.get(at);
            if (turn(value) != turnOf(slot)) {
                return;
            }
            long less = Math.min(count(value), amount);
            if (longs.compareAndSet(at, value, value - less)) {
                longs.getAndAdd(TOTAL, -less);
                ask();
                return;
            }
        }
    }

    /** What counts at this moment. */
    long used(long nowNanos) {
        long head = advance(nowNanos);
        return Math.max(0, longs.get(TOTAL)) + others(head);
    }

    /** The slot of this moment. */
    long head(long nowNanos) {
        return advance(nowNanos);
    }

    /** How long until {@code amount} is free, if nobody takes it before, in nanoseconds. */
    long waitNanos(long amount, long limit, long nowNanos) {
        long head = advance(nowNanos);
        long missing = longs.get(TOTAL) + others(head) - (limit - amount);
        if (missing <= 0 && share != null) {
            return SLICE_NANOS;
        }
        for (long slot = Math.max(0, head - SLOTS); slot <= head && missing > 0; slot++) {
            missing -= countAt(slot) + othersAt(slot);
            if (missing <= 0) {
                return endNanos(slot) - nowNanos;
            }
        }
        return missing > 0 ? slotNanos * (SLOTS + 1) : 0;
    }

    /** How long until nothing counts any more, in nanoseconds. */
    long resetNanos(long nowNanos) {
        long head = advance(nowNanos);
        for (long slot = head; slot >= Math.max(0, head - SLOTS); slot--) {
            if (countAt(slot) + othersAt(slot) > 0) {
                return Math.max(0, endNanos(slot) - nowNanos);
            }
        }
        return 0;
    }

    /** When what stands in a slot counts no more. */
    private long endNanos(long slot) {
        return originNanos + (slot + SLOTS + 1) * slotNanos;
    }

    /** What this process has used in a slot. */
    long countAt(long slot) {
        long value = longs.get(at(slot));
        return turn(value) == turnOf(slot) ? count(value) : 0;
    }

    private long othersAt(long slot) {
        return share == null ? 0 : share.othersAt(slot);
    }

    /** Makes the slot of this moment the head, once those whose time is over are empty. */
    private long advance(long nowNanos) {
        long now = Math.max(0, (nowNanos - originNanos) / slotNanos);
        long head = longs.get(HEAD);
        if (head >= now) {
            return head;
        }
        long last = now - SLOTS - 1;
        for (long slot = Math.max(head - SLOTS, last - RING + 1); slot <= last; slot++) {
            if (slot >= 0) {
                expire(slot);
            }
        }
        while (head < now && !longs.compareAndSet(HEAD, head, now)) {
            head = longs.get(HEAD);
        }
        return Math.max(head, now);
    }

    private void expire(long slot) {
        int at = at(slot);
        while (true) {
            long value = longs.get(at);
            long ahead = (turn(value) - turnOf(slot)) & TURN_MASK;
            boolean isNewer = ahead > 0 && ahead < MAX_AHEAD;
            if (isNewer || count(value) == 0) {
                return;
            }
            if (longs.compareAndSet(at, value, value - count(value))) {
                longs.getAndAdd(TOTAL, -count(value));
                return;
            }
        }
    }

    private long put(long amount) {
        while (true) {
            long slot = longs.get(HEAD);
            int at = at(slot);
            long value = longs.get(at);
            boolean isOwn = turn(value) == turnOf(slot);
            if (!isOwn && longs.get(HEAD) != slot) {
                continue;
            }
            long before = isOwn ? count(value) : 0;
            long after = turnOf(slot) << COUNT_BITS | Math.min(MAX_COUNT, before + amount);
            if (longs.compareAndSet(at, value, after)) {
                long lost = before + amount - Math.min(MAX_COUNT, before + amount);
                long stale = isOwn ? 0 : count(value);
                if (lost + stale > 0) {
                    longs.getAndAdd(TOTAL, -lost - stale);
                }
                return slot;
            }
        }
    }

    private static int at(long slot) {
        return FIRST + (int) (slot & (RING - 1));
    }

    private static long turnOf(long slot) {
        return (slot >>> RING_BITS) & TURN_MASK;
    }

    private static long turn(long value) {
        return value >>> COUNT_BITS;
    }

    private static long count(long value) {
        return value & MAX_COUNT;
    }
}
