package io.sluice.transport.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** A client's side of a call that keeps what it is told. */
final class RecordingSink implements ResponseSink {

    private final StringBuilder told = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private @Nullable ResponseStart start;
    private boolean takesFrames = true;
    private boolean isWritable = true;
    private int flushes;
    private long payloadBytes;

    void refuseFrames() {
        takesFrames = false;
    }

    void block() {
        isWritable = false;
    }

    void unblock() {
        isWritable = true;
    }

    /** The calls it got, without flushes: {@code start200 payload frames end abort close}. */
    String told() {
        return told.toString().strip();
    }

    /** What the payload says, chunk framing included where it came with it. */
    String text() {
        return text.toString();
    }

    int flushes() {
        return flushes;
    }

    /** The response's beginning; fails before there is one. */
    ResponseStart begun() {
        if (start == null) {
            throw new AssertionError("no response has begun");
        }
        return start;
    }

    @Override
    public ByteBufAllocator alloc() {
        return ByteBufAllocator.DEFAULT;
    }

    @Override
    public void start(ResponseStart begun) {
        start = begun;
        told.append(" start").append(begun.status());
    }

    @Override
    public boolean takesFrames() {
        return takesFrames;
    }

    @Override
    public void payload(ByteBuf payload) {
        payloadBytes += payload.readableBytes();
        keep("payload", payload);
    }

    @Override
    public void frames(ByteBuf frames, int length) {
        payloadBytes += length;
        keep("frames", frames);
    }

    private void keep(String what, ByteBuf bytes) {
        told.append(' ').append(what);
        text.append(bytes.toString(UTF_8));
        bytes.release();
    }

    @Override
    public void end() {
        told.append(" end");
    }

    @Override
    public void abort() {
        told.append(" abort");
    }

    @Override
    public void continueBody() {
        told.append(" continue");
    }

    @Override
    public void flush() {
        flushes++;
    }

    @Override
    public boolean isWritable() {
        return isWritable;
    }

    @Override
    public boolean isStarted() {
        return start != null;
    }

    @Override
    public void closeAfterwards() {
        told.append(" close");
    }

    @Override
    public long payloadBytes() {
        return payloadBytes;
    }
}
