package io.sluice.ledger;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes of the ring that are promised or taken. Lock-free; for any thread. */
final class Credit {

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /**
     * Credit for a ring.
     *
     * @param limit how many bytes there are to promise
     */
    Credit(long limit) {
        this.limit = limit;
    }

    /** Takes {@code bytes}; whether there were as many. */
    boolean take(long bytes) {
        long before = used.get();
        while (before + bytes <= limit) {
            long witness = used.compareAndExchange(before, before + bytes);
            if (witness == before) {
                return true;
            }
            before = witness;
        }
        return false;
    }

    void giveBack(long bytes) {
        long left = used.addAndGet(-bytes);
        assert left >= 0;
    }

    long used() {
        return used.get();
    }

    long limit() {
        return limit;
    }

    boolean has(long bytes) {
        return used.get() + bytes <= limit;
    }
}
