package io.sluice.transport.exchange;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.MultithreadEventExecutorGroup;
import io.sluice.config.FailoverSettings;
import java.util.concurrent.TimeUnit;

/**
 * How many retries the calls of one event loop may make: a share of its live traffic, so that an
 * outage of providers does not become one of theirs twice over.
 *
 * <p>Confined to that loop.
 */
final class RetryBudget {

    /*
     * Calls and retries of the last ten seconds, a slot for each. A share of each loop's calls is
     * the same share of all calls, so that loops need not ask each other. The floor, which lets a
     * gateway with little traffic retry at all, is divided among them.
     *
     * See Finagle's RetryBudget: a share of 0.2, and ten a second besides.
     */

    private static final int SLOTS = 10;
    private static final long SLOT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final int loops;
    private final long[] calls = new long[SLOTS];
    private final long[] retries = new long[SLOTS];
    private long slot;
    private long callsInWindow;
    private long retriesInWindow;
    private boolean hasBegun;

    RetryBudget(int loops) {
        this.loops = loops;
    }

    /** The budget of one loop of its group. */
    static RetryBudget of(EventLoop loop) {
        return new RetryBudget(
                loop.parent() instanceof MultithreadEventExecutorGroup group
                        ? group.executorCount()
                        : 1);
    }

    /** A call begins. */
    void onCall(long nowNanos) {
        turn(nowNanos);
        calls[at(slot)]++;
        callsInWindow++;
    }

    /** Takes one retry; without effect if there is none left, and then it returns false. */
    boolean take(FailoverSettings settings, long nowNanos) {
        turn(nowNanos);
        double most =
                settings.retryShare() * callsInWindow
                        + Math.ceil((double) settings.retriesPerSecond() * SLOTS / loops);
        if (retriesInWindow + 1 > most) {
            return false;
        }
        retries[at(slot)]++;
        retriesInWindow++;
        return true;
    }

    private void turn(long nowNanos) {
        long now = Math.floorDiv(nowNanos, SLOT_NANOS);
        if (!hasBegun) {
            hasBegun = true;
            slot = now;
        }
        long passed = Math.min(now - slot, SLOTS);
        for (long i = 1; i <= passed; i++) {
            int old = at(slot + i);
            callsInWindow -= calls[old];
            retriesInWindow -= retries[old];
            calls[old] = 0;
            retries[old] = 0;
        }
        slot = Math.max(slot, now);
    }

    private static int at(long slot) {
        return (int) Math.floorMod(slot, (long) SLOTS);
    }
}
