package io.sluice.transport.downstream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that request bodies take up together, and its bound.
 *
 * <p>Safe for any thread: one for all event loops.
 */
final class BodyMemory {

    private final AtomicLong heldBytes = new AtomicLong();
    private final long maxBytes;

    BodyMemory(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes memory; without effect if that would pass the bound, and then it returns false. */
    boolean take(long bytes) {
        if (heldBytes.addAndGet(bytes) <= maxBytes) {
            return true;
        }
        heldBytes.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        heldBytes.addAndGet(-bytes);
    }

    long heldBytes() {
        return heldBytes.get();
    }
}
