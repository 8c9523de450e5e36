package io.sluice.transport.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.sluice.http.BodyFraming;
import io.sluice.http.ChunkedDecoder;
import io.sluice.http.MalformedHttpException;
import io.sluice.http.ResponseHead;
import io.sluice.http.ResponseHeadParser;
import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to a provider, or one stream of HTTP/2 that {@link Http2StreamCodec}
 * makes look like one: the last stage of its pipeline. It reads answers and tells the attempt that
 * has borrowed it.
 *
 * <p>Confined to its event loop, which is also the loop of every call that borrows it.
 */
public final class UpstreamConnection extends ChannelInboundHandlerAdapter {

    /*
     * States: IDLE in the pool, HEAD while an answer's head is awaited, BODY while its payload
     * comes, CLOSED. A connection goes back to the pool when the answer is complete, the request
     * was wholly written, both sides keep it alive, and not one byte came that was not asked for.
     *
     * An answer that nobody wants any more (its call goes on at another target) is read to its end
     * in the background, up to a bound, so that the connection can be used again.
     *
     * An answer that lasts until the connection closes is whole only if it closes well: a reset, or
     * an error of TLS, breaks it.
     */

    private static final int MAX_HEADERS = 256;
    private static final long MAX_DISCARDED_BYTES = 64 << 10;
    private static final long MAX_DISCARD_SECONDS = 5;

    private enum State {
        IDLE,
        HEAD,
        BODY,
        CLOSED
    }

    private final TargetConnections home;
    private final ResponseHeadParser parser;
    private final ResponseHead head = new ResponseHead();
    private final ChunkedDecoder chunks;
    private final long openedNanos;

    private State state = State.IDLE;
    private @Nullable Channel channel;
    private @Nullable UpstreamListener listener;
    private @Nullable ByteBuf leftover;
    private @Nullable ChannelFuture written;
    private boolean answersHead;
    private boolean isReady;
    private boolean isBroken;
    private boolean isReused;
    private boolean sawBytes;
    private boolean isDiscarding;
    private @Nullable Future<?> discardEnd;
    private long discardedBytes;
    private long bodyLeft;
    private long idleSinceNanos;

    UpstreamConnection(TargetConnections home, int maxHeadBytes, long openedNanos) {
        this.home = home;
        this.parser = new ResponseHeadParser(maxHeadBytes, MAX_HEADERS);
        this.chunks = new ChunkedDecoder(maxHeadBytes);
        this.openedNanos = openedNanos;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    /** Others have used what this runs on, so that the provider may have left it. */
    void becomeShared() {
        isReused = true;
    }

    /** The handshakes are done: from here on its closing is told to its home. */
    void becomeReady() {
        isReady = true;
    }

    /** Lends the connection to an attempt. */
    void lend(UpstreamListener borrower) {
        listener = borrower;
        sawBytes = false;
        isDiscarding = false;
        discardedBytes = 0;
    }

    public ByteBufAllocator alloc() {
        return channel().alloc();
    }

    /** Whether an earlier call has used this connection, so that the provider may have left it. */
    public boolean isReused() {
        return isReused;
    }

    /**
     * Begins to send a request.
     *
     * @param isHead whether it is a HEAD request, whose answer has no body
     */
    public void begin(boolean isHead) {
        answersHead = isHead;
        state = State.HEAD;
    }

    /** Adds bytes to the request. {@code bytes} is owned. */
    public void write(ByteBuf bytes) {
        written = channel().write(bytes);
    }

    /** Hands what was written to the socket. */
    public void flush() {
        channel().flush();
    }

    /** Reads no more until {@link #resume()}. */
    public void pause() {
        if (channel().config().isAutoRead()) {
            channel().config().setAutoRead(false);
        }
    }

    public void resume() {
        if (!channel().config().isAutoRead()) {
            channel().config().setAutoRead(true);
        }
    }

    /** Ends the attempt at once; nothing more is told. The provider sees the connection close. */
    public void abort() {
        listener = null;
        close();
    }

    /** Gives back a connection on which nothing was begun. */
    public void giveBack() {
        listener = null;
        isReused = true;
        home.giveBack(this);
    }

    /**
     * Lets go of the attempt: nothing more is told, and the connection goes back to the pool once
     * the rest of the answer has come, if that is soon.
     */
    public void abandon() {
        if (state != State.BODY || bodyLeft > MAX_DISCARDED_BYTES) {
            abort();
            return;
        }
        listener = null;
        isDiscarding = true;
        resume();
        discardEnd =
                channel().eventLoop().schedule(this::close, MAX_DISCARD_SECONDS, TimeUnit.SECONDS);
    }

    long openedNanos() {
        return openedNanos;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    void becomeIdle(long nowNanos) {
        idleSinceNanos = nowNanos;
    }

    boolean isOpen() {
        return state != State.CLOSED && channel != null && channel.isActive();
    }

    boolean isIdle() {
        return state == State.IDLE;
    }

    void close() {
        state = State.CLOSED;
        endDiscarding();
        releaseLeftover();
        if (channel != null) {
            channel.close();
        }
    }

    private void endDiscarding() {
        isDiscarding = false;
        if (discardEnd != null) {
            discardEnd.cancel(false);
            discardEnd = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf in = merge(ctx, (ByteBuf) msg);
        try {
            sawBytes = true;
            read(in);
        } catch (MalformedHttpException e) {
            fail(UpstreamFailure.MALFORMED, "the provider's answer is not HTTP: " + e.text());
        } finally {
            keepLeftover(ctx, in);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        UpstreamListener told = listener;
        if (told != null) {
            told.onReadComplete();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        UpstreamListener told = listener;
        boolean isWhole =
                state == State.BODY && !isBroken && head.framing() == BodyFraming.UNTIL_CLOSE;
        boolean isStale = state == State.HEAD && isReused && !sawBytes;
        String detail =
                state == State.BODY
                        ? "the provider closed the connection in the middle of its answer"
                        : "the provider closed the connection without an answer";
        listener = null;
        state = State.CLOSED;
        endDiscarding();
        releaseLeftover();
        if (isReady) {
            home.onClosed(this);
        }
        if (told != null && isWhole) {
            told.onEnd();
        } else if (told != null) {
            told.onFailure(isStale ? UpstreamFailure.STALE : UpstreamFailure.CLOSED, detail);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        isBroken = true;
        boolean isExpected =
                cause instanceof IOException
                        || (cause instanceof DecoderException
                                && cause.getCause() instanceof SSLException);
        if (!isExpected) {
            home.onError(cause);
            fail(UpstreamFailure.CLOSED, "the connection to the provider failed");
        }
        ctx.close();
    }

    private void read(ByteBuf in) {
        while (in.isReadable() && state != State.CLOSED) {
            int before = in.readerIndex();
            switch (state) {
                case IDLE -> close();
                case HEAD -> readHead(in);
                case BODY -> readBody(in);
                case CLOSED -> {}
            }
            if (in.readerIndex() == before) {
                return;
            }
        }
    }

    private void readHead(ByteBuf in) {
        if (!parser.parse(in, head, answersHead)) {
            return;
        }
        if (head.isInformational()) {
            if (head.status() == 101) {
                fail(UpstreamFailure.MALFORMED, "the provider switched protocols unasked");
            }
            return;
        }
        state = State.BODY;
        bodyLeft = head.framing() == BodyFraming.LENGTH ? head.contentLength() : 0;
        chunks.reset();
        UpstreamListener told = listener;
        if (told != null) {
            told.onHead(head);
        }
        boolean isEmpty =
                head.framing() == BodyFraming.NONE
                        || (head.framing() == BodyFraming.LENGTH && bodyLeft == 0);
        if (state == State.BODY && isEmpty) {
            finish(in);
        }
    }

    private void readBody(ByteBuf in) {
        switch (head.framing()) {
            case LENGTH -> readSized(in);
            case CHUNKED -> readChunks(in);
            case UNTIL_CLOSE, NONE -> readOpenEnded(in);
        }
    }

    private void readSized(ByteBuf in) {
        int length = (int) Math.min(bodyLeft, in.readableBytes());
        bodyLeft -= length;
        int index = in.readerIndex();
        in.skipBytes(length);
        payload(in, index, length, -1, -1);
        endRead();
        if (bodyLeft == 0 && state == State.BODY) {
            finish(in);
        }
    }

    private void readChunks(ByteBuf in) {
        while (state == State.BODY && chunks.next(in)) {
            boolean whole = chunks.isWholeChunk();
            payload(
                    in,
                    chunks.pieceIndex(),
                    chunks.pieceLength(),
                    whole ? chunks.frameIndex() : -1,
                    whole ? chunks.frameEnd() : -1);
        }
        endRead();
        if (state == State.BODY && chunks.isFinished()) {
            finish(in);
        }
    }

    private void readOpenEnded(ByteBuf in) {
        int length = in.readableBytes();
        int index = in.readerIndex();
        in.skipBytes(length);
        payload(in, index, length, -1, -1);
        endRead();
    }

    private void payload(ByteBuf in, int index, int length, int frameIndex, int frameEnd) {
        UpstreamListener told = listener;
        if (told != null) {
            told.onPayload(in, index, length, frameIndex, frameEnd);
        } else if (isDiscarding) {
            discardedBytes += length;
            if (discardedBytes > MAX_DISCARDED_BYTES) {
                close();
            }
        }
    }

    private void endRead() {
        UpstreamListener told = listener;
        if (told != null) {
            told.onReadEnd();
        }
    }

    private void finish(ByteBuf in) {
        UpstreamListener told = listener;
        listener = null;
        endDiscarding();
        boolean isReusable =
                head.isKeepAlive() && !in.isReadable() && written != null && written.isSuccess();
        written = null;
        if (isReusable) {
            state = State.IDLE;
            isReused = true;
            resume();
            home.giveBack(this);
        } else {
            close();
        }
        if (told != null) {
            told.onEnd();
        }
    }

    private void fail(UpstreamFailure failure, String detail) {
        UpstreamListener told = listener;
        listener = null;
        close();
        if (told != null) {
            told.onFailure(failure, detail);
        }
    }

    private ByteBuf merge(ChannelHandlerContext ctx, ByteBuf in) {
        ByteBuf before = leftover;
        if (before == null) {
            return in;
        }
        leftover = null;
        ByteBuf merged = ctx.alloc().buffer(before.readableBytes() + in.readableBytes());
        merged.writeBytes(before).writeBytes(in);
        before.release();
        in.release();
        return merged;
    }

    private void keepLeftover(ChannelHandlerContext ctx, ByteBuf in) {
        if (in.isReadable() && (state == State.HEAD || state == State.BODY)) {
            leftover = ctx.alloc().buffer(in.readableBytes()).writeBytes(in);
        }
        in.release();
    }

    private void releaseLeftover() {
        if (leftover != null) {
            leftover.release();
            leftover = null;
        }
    }

    private Channel channel() {
        assert channel != null;
        return channel;
    }
}
