package io.sluice.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;

/** A buffer whose bytes count in a {@link TranslationMemory} for as long as anybody holds it. */
final class CountedBuf extends UnpooledDirectByteBuf {

    /*
     * While it grows, the bytes are there twice: both copies count until the old one is gone.
     */

    private final TranslationMemory memory;

    CountedBuf(TranslationMemory memory, ByteBufAllocator alloc) {
        super(alloc, 0, Integer.MAX_VALUE);
        this.memory = memory;
    }

    @Override
    public ByteBuf capacity(int wanted) {
        int had = capacity();
        memory.take(wanted);
        boolean isChanged = false;
        try {
            super.capacity(wanted);
            isChanged = true;
        } finally {
            memory.giveBack(isChanged ? had : wanted);
        }
        return this;
    }

    @Override
    protected void deallocate() {
        int had = capacity();
        super.deallocate();
        memory.giveBack(had);
    }
}
