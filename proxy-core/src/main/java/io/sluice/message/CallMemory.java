package io.sluice.message;

import io.netty.buffer.ByteBuf;
import io.sluice.error.GatewayException;
import io.sluice.json.JsonText;
import java.util.Arrays;

/**
 * What one translated call has taken of the {@link TranslationMemory}.
 *
 * <p>What a call keeps is asked for before it is made and given back all at once. Confined to the
 * event loop of its call.
 */
public final class CallMemory implements AutoCloseable {

    /** The objects around a text that is kept. */
    private static final int OBJECT_BYTES = 64;

    /** What is taken at a time, so that a call that keeps little asks seldom. */
    private static final int STEP_BYTES = 4 << 10;

    private final TranslationMemory all;
    private long takenBytes;
    private long usedBytes;

    public CallMemory(TranslationMemory all) {
        this.all = all;
    }

    /** Memory without a bound. */
    public static CallMemory unbounded() {
        return new CallMemory(TranslationMemory.unbounded());
    }

    /** The memory that it is a part of. */
    public TranslationMemory all() {
        return all;
    }

    /**
     * Takes memory.
     *
     * @throws GatewayException {@code overloaded} where there is no room
     */
    public void take(long bytes) {
        long missing = usedBytes + bytes - takenBytes;
        if (missing > 0) {
            long taken = Math.max(missing, STEP_BYTES);
            all.take(taken);
            takenBytes += taken;
        }
        usedBytes += bytes;
    }

    /** Gives back what is not needed any more. */
    public void giveBack(long bytes) {
        usedBytes -= bytes;
        long spare = takenBytes - usedBytes;
        if (spare > STEP_BYTES) {
            takenBytes = usedBytes;
            all.giveBack(spare);
        }
    }

    /** The same text, to be kept. */
    public JsonText keep(JsonText text) {
        take(text.length() + OBJECT_BYTES);
        return text.copy();
    }

    /** A buffer on the heap that counts here while it grows; it need not be released. */
    public ByteBuf buffer() {
        return new KeptBuf(this);
    }

    /** Takes the memory of one more small object. */
    public void takeObject() {
        take(OBJECT_BYTES);
    }

    /**
     * Makes room in {@code bytes} for as many more behind {@code length}; doubles it at least.
     *
     * @throws OutOfMemoryError where no array can hold that
     */
    public byte[] grow(byte[] bytes, int length, int more) {
        if (more <= bytes.length - length) {
            return bytes;
        }
        if (more > Integer.MAX_VALUE - 64 - length) {
            throw new OutOfMemoryError("more than an array holds");
        }
        int doubled = (int) Math.min(Integer.MAX_VALUE - 64L, bytes.length * 2L);
        int wanted = Math.max(64, Math.max(length + more, doubled));
        take(wanted);
        byte[] grown = Arrays.copyOf(bytes, wanted);
        giveBack(bytes.length);
        return grown;
    }

    /** What is taken at this moment. */
    public long takenBytes() {
        return takenBytes;
    }

    /** Gives everything back. Without effect a second time. */
    @Override
    public void close() {
        long taken = takenBytes;
        takenBytes = 0;
        usedBytes = 0;
        all.giveBack(taken);
    }
}
