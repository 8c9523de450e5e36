package io.sluice.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;

/** A buffer on the heap that counts in the memory of its call, and is not to be released. */
final class KeptBuf extends UnpooledHeapByteBuf {

    private final CallMemory memory;

    KeptBuf(CallMemory memory) {
        super(UnpooledByteBufAllocator.DEFAULT, 0, Integer.MAX_VALUE);
        this.memory = memory;
    }

    @Override
    public ByteBuf capacity(int wanted) {
        int had = capacity();
        memory.take(wanted);
        super.capacity(wanted);
        memory.giveBack(had);
        return this;
    }
}
