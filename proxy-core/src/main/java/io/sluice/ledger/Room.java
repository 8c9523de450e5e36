package io.sluice.ledger;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Whether the ledger takes attempts, and who waits until it does. For any thread. */
final class Room {

    /** Why it does not. */
    enum State {
        OPEN,
        /** The journal has reached its bound. */
        AT_BOUND,
        /** The disk refuses to be written. */
        DISK,
        CLOSED
    }

    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private volatile State state = State.OPEN;
    private volatile @Nullable Thread consumer;

    boolean isOpen() {
        return state == State.OPEN;
    }

    State state() {
        return state;
    }

    void become(State next) {
        state = next;
    }

    void setConsumer(Thread thread) {
        consumer = thread;
    }

    void await(Runnable callback) {
        waiting.add(callback);
    }

    /** Calls those who wait now; consumer only. */
    void tellWaiting(LedgerNotices notices) {
        Queue<Runnable> now = new ArrayDeque<>();
        for (Runnable one = waiting.poll(); one != null; one = waiting.poll()) {
            now.add(one);
        }
        for (Runnable one : now) {
            try {
                one.run();
            } catch (RuntimeException e) {
                notices.onWarning("one who waited for the ledger could not be told: " + e);
            }
        }
    }

    boolean isAwaited() {
        return !waiting.isEmpty();
    }

    /** Wakes the journal's thread before its time, so that a burst does not fill the ring. */
    void wakeIfHalfFull(Credit credit) {
        Thread thread = consumer;
        if (thread != null && credit.used() > credit.limit() / 2) {
            LockSupport.unpark(thread);
        }
    }
}
