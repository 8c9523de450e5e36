package io.sluice.health;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What was used in the present minute: requests, or tokens. Safe for any thread, without locks. */
final class MinuteUsage {

    /*
     * As LiteLLM's strategies do, usage is counted by the minute of the clock and begins anew with
     * the next one. Minute and amount are one word, 20 bits and 44.
     */

    private static final int AMOUNT_BITS = 44;
    private static final long MAX_AMOUNT = (1L << AMOUNT_BITS) - 1;
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final AtomicLong cell = new AtomicLong();

    void add(long amount, long nowNanos) {
        while (true) {
            long before = cell.get();
            long minute = minuteOf(nowNanos);
            long used = before >>> AMOUNT_BITS == minute ? before & MAX_AMOUNT : 0;
            long sum = Math.clamp(used + amount, 0, MAX_AMOUNT);
            if (cell.compareAndSet(before, (minute << AMOUNT_BITS) | sum)) {
                return;
            }
        }
    }

    long used(long nowNanos) {
        long now = cell.get();
        return now >>> AMOUNT_BITS == minuteOf(nowNanos) ? now & MAX_AMOUNT : 0;
    }

    private static long minuteOf(long nowNanos) {
        return Math.floorDiv(nowNanos, MINUTE_NANOS) & ((1L << (Long.SIZE - AMOUNT_BITS)) - 1);
    }
}
