package io.sluice.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The memory that all translated calls take up together, and its bound ({@code
 * limits.translation_bytes}).
 *
 * <p>Safe for any thread: one for all event loops.
 */
public final class TranslationMemory {

    private final AtomicLong heldBytes = new AtomicLong();
    private final LongAdder refusals = new LongAdder();
    private final long maxBytes;

    /**
     * Nothing taken yet.
     *
     * @param maxBytes of all calls together
     */
    public TranslationMemory(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Memory without a bound. */
    public static TranslationMemory unbounded() {
        return new TranslationMemory(Long.MAX_VALUE / 2);
    }

    /**
     * Takes memory, all of it or none. What is held never passes the bound, not even for a moment.
     *
     * @throws GatewayException {@code overloaded} where that would pass the bound
     */
    public void take(long bytes) {
        long held = heldBytes.get();
        while (bytes <= maxBytes - held) {
            if (heldBytes.compareAndSet(held, held + bytes)) {
                return;
            }
            held = heldBytes.get();
        }
        refusals.increment();
        throw new GatewayException(
                ErrorCode.OVERLOADED,
                "calls that are translated hold "
                        + held
                        + " bytes, and limits.translation_bytes leaves no room for "
                        + bytes
                        + " more");
    }

    /** Gives back what was taken. */
    public void giveBack(long bytes) {
        heldBytes.addAndGet(-bytes);
    }

    /** The bound of all calls together. */
    public long maxBytes() {
        return maxBytes;
    }

    /** What is held at this moment. */
    public long heldBytes() {
        return heldBytes.get();
    }

    /** How often there was no room. */
    public long refusals() {
        return refusals.sum();
    }

    /**
     * A buffer that takes its memory here as it grows, and gives it back once nobody holds it.
     * Growing throws {@code overloaded} where there is no room; the buffer stays as it was.
     *
     * @return owned by whoever asked for it
     */
    public ByteBuf buffer(ByteBufAllocator alloc) {
        return new CountedBuf(this, alloc);
    }
}
