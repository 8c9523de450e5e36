package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.framing.StreamDecoder;
import io.sluice.usage.AnswerMeter;

/**
 * The way of a stream that comes in other frames than server-sent events: as events, for each read
 * in one buffer, to the way that events go.
 *
 * <p>Confined to the event loop of its call.
 */
final class DecodedAnswer implements AnswerPassage {

    private final AnswerPassage next;
    private final StreamDecoder decoder;
    private final ByteBufAllocator alloc;

    DecodedAnswer(AnswerPassage next, StreamDecoder decoder, ByteBufAllocator alloc) {
        this.next = next;
        this.decoder = decoder;
        this.alloc = alloc;
    }

    /** Without effect: the frames of a stream say nothing before they are decoded. */
    @Override
    public void preview(ByteBuf in, int index, int length) {}

    @Override
    public void payload(ByteBuf in, int index, int length, int frameIndex, int frameEnd) {
        ByteBuf events = alloc.buffer(length);
        try {
            decoder.decode(in, index, length, events);
            pass(events);
        } finally {
            events.release();
        }
    }

    /** What is left of the frames is decoded first. */
    @Override
    public int prepare(int told) {
        endFrames();
        return next.prepare(told);
    }

    @Override
    public void finish() {
        endFrames();
        next.finish();
    }

    /** A decoder that has been told of the end has nothing more to say. */
    private void endFrames() {
        ByteBuf events = alloc.buffer(0);
        try {
            decoder.finish(events);
            pass(events);
        } finally {
            events.release();
        }
    }

    private void pass(ByteBuf events) {
        if (events.isReadable()) {
            next.payload(events, events.readerIndex(), events.readableBytes(), -1, -1);
            next.endRead();
        }
    }

    @Override
    public void discard() {
        next.discard();
    }

    @Override
    public void endRead() {
        next.endRead();
    }

    @Override
    public boolean isAtEventBoundary() {
        return next.isAtEventBoundary();
    }

    @Override
    public boolean isOpaque() {
        return next.isOpaque();
    }

    @Override
    public boolean isBroken() {
        return next.isBroken();
    }

    @Override
    public AnswerMeter meter() {
        return next.meter();
    }

    @Override
    public void release() {
        next.release();
    }
}
