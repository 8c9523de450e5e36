package io.sluice.transport.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.sluice.config.TimeoutSettings;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.http.BodyFraming;
import io.sluice.http.ChunkedDecoder;
import io.sluice.http.HeaderName;
import io.sluice.http.MalformedHttpException;
import io.sluice.http.RequestHead;
import io.sluice.http.RequestHeadParser;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.LoopResources;
import io.sluice.transport.exchange.Snapshot;
import io.sluice.transport.loop.Ticking;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * First stage after TLS: turns bytes into a {@link GatewayRequest}, the pieces of its body ({@link
 * ByteBuf}, owned by the next stage) and {@link EndOfRequest}, one request after the other.
 *
 * <p>Confined to its connection's event loop.
 */
final class RequestDecoder extends ChannelInboundHandlerAdapter implements RequestIntake {

    /*
     * While a call is under way the connection is still read, so that a client that leaves is
     * noticed at once; what a pipelining client sends meanwhile is kept up to a bound, and beyond
     * it the connection is not read until the call has ended.
     *
     * A response may end before its request has: the caller was refused. A short rest of the body
     * is swallowed and the connection lives on. Otherwise the connection closes, but not before the
     * client had a chance to read why: output is shut first and input dropped for a moment, since
     * closing a socket with unread input resets it and may destroy the answer on its way
     * (RFC 9112, 9.6).
     */

    private static final int MAX_HEADERS = 256;
    private static final int MAX_PIPELINED_BYTES = 64 << 10;
    private static final long MAX_SWALLOWED_BYTES = 64 << 10;
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final long NANOS_PER_BODY_BYTE = TimeUnit.SECONDS.toNanos(1) / (32 << 10);

    private enum State {
        HEAD,
        BODY,
        BUSY,
        SWALLOWING,
        LINGERING,
        CLOSED
    }

    private final LoopResources resources;
    private final Supplier<Snapshot> snapshots;
    private final ResponseEncoder encoder;
    private final Http2Upgrade http2;
    private final TimeoutSettings timeouts;
    private final RequestHeadParser parser;
    private final ChunkedDecoder chunks;
    private final RequestHead head = new RequestHead();
    private final Deadline deadline = new Deadline();

    private State state = State.HEAD;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf leftover;
    private @Nullable GatewayRequest request;
    private boolean isDecoding;
    private long bodyLeft;
    private long bodyBytes;
    private long sinceNanos;
    private boolean headBegun;
    private boolean isFirst = true;
    private boolean isHeld;

    /**
     * A decoder before the first byte.
     *
     * @param snapshots what the gateway goes by at this moment
     * @param http2 takes over where the client speaks HTTP/2
     */
    RequestDecoder(
            LoopResources resources,
            Supplier<Snapshot> snapshots,
            ResponseEncoder encoder,
            Http2Upgrade http2) {
        this.http2 = http2;
        this.resources = resources;
        this.snapshots = snapshots;
        this.encoder = encoder;
        this.timeouts = snapshots.get().settings().timeouts();
        int maxHeadBytes = snapshots.get().settings().limits().headBytes();
        this.parser = new RequestHeadParser(maxHeadBytes, MAX_HEADERS);
        this.chunks = new ChunkedDecoder(maxHeadBytes);
    }

    @Override
    public @Nullable GatewayRequest request() {
        return request;
    }

    @Override
    public boolean isBusy() {
        return state != State.HEAD || headBegun;
    }

    @Override
    public void hold() {
        isHeld = true;
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void resume() {
        ChannelHandlerContext ctx = context;
        if (ctx == null || state == State.CLOSED) {
            return;
        }
        boolean isWhole = isHeld && state == State.BUSY;
        isHeld = false;
        if (isWhole) {
            ctx.fireChannelRead(EndOfRequest.INSTANCE);
        }
        resumeDecoding(ctx);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        resources.ticker().remove(deadline);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        sinceNanos = now();
        resources.ticker().add(deadline);
        resources.metrics().onClientConnected();
        ctx.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        resources.ticker().remove(deadline);
        resources.metrics().onClientDisconnected();
        state = State.CLOSED;
        dropLeftover();
        ctx.fireChannelInactive();
        request = null;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        decode(ctx, merge(ctx, (ByteBuf) msg));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake
                && http2.isAgreed(ctx, handshake)) {
            state = State.CLOSED;
            http2.start(ctx, Unpooled.EMPTY_BUFFER);
        } else if (event != DrainEvent.END_NOW || state == State.BUSY) {
            ctx.fireUserEventTriggered(event);
        } else if (state == State.BODY) {
            encoder.closeAfterwards();
            ctx.fireExceptionCaught(
                    new GatewayException(ErrorCode.SHUTTING_DOWN, "the gateway is shutting down"));
        } else {
            ctx.close();
        }
    }

    /**
     * The response to the request under way has been written.
     *
     * @param keepAlive whether the connection may be used again
     */
    void onResponseEnd(boolean keepAlive) {
        ChannelHandlerContext ctx = context;
        if (ctx == null || state == State.CLOSED || state == State.LINGERING) {
            return;
        }
        request = null;
        isHeld = false;
        boolean isWhole = state == State.BUSY;
        sinceNanos = now();
        if (!keepAlive || !canGoOn()) {
            close(ctx, isWhole && leftover == null);
        } else if (isWhole) {
            state = State.HEAD;
            headBegun = false;
            resumeDecoding(ctx);
        } else {
            bodyBytes = 0;
            state = State.SWALLOWING;
        }
    }

    /**
     * Whether another request can follow a response that ends now. A client that waits for 100
     * Continue may send the body or not, so that nobody knows where its next request begins.
     */
    boolean canGoOn() {
        return switch (state) {
            case BUSY -> true;
            case BODY ->
                    !head.expectsContinue()
                            && (head.framing() == BodyFraming.CHUNKED
                                    || bodyLeft <= MAX_SWALLOWED_BYTES);
            case HEAD, SWALLOWING, LINGERING, CLOSED -> false;
        };
    }

    private void resumeDecoding(ChannelHandlerContext ctx) {
        if (!ctx.channel().config().isAutoRead()) {
            ctx.channel().config().setAutoRead(true);
        }
        ByteBuf kept = leftover;
        if (!isDecoding && kept != null) {
            leftover = null;
            decode(ctx, kept);
        }
    }

    private void decode(ChannelHandlerContext ctx, ByteBuf in) {
        isDecoding = true;
        try {
            boolean progress = true;
            while (progress && in.isReadable()) {
                int before = in.readerIndex();
                State was = state;
                step(ctx, in);
                progress = in.readerIndex() != before || state != was;
            }
        } catch (MalformedHttpException e) {
            refuse(ctx, e);
        } finally {
            isDecoding = false;
            keepLeftover(ctx, in);
        }
    }

    private void step(ChannelHandlerContext ctx, ByteBuf in) {
        switch (state) {
            case HEAD -> readHead(ctx, in);
            case BODY -> {
                if (!isHeld) {
                    readBody(ctx, in);
                }
            }
            case SWALLOWING -> swallow(ctx, in);
            case LINGERING, CLOSED -> in.skipBytes(in.readableBytes());
            case BUSY -> {}
        }
    }

    private void readHead(ChannelHandlerContext ctx, ByteBuf in) {
        if (!headBegun) {
            headBegun = true;
            sinceNanos = now();
        }
        if (isFirst && http2.isBegunIn(in)) {
            toHttp2(ctx, in);
            return;
        }
        if (!parser.parse(in, head)) {
            return;
        }
        isFirst = false;
        long nowNanos = now();
        sinceNanos = nowNanos;
        bodyBytes = 0;
        encoder.begin(head);
        GatewayRequest begun = newRequest(nowNanos);
        request = begun;
        boolean hasBody = hasBody();
        state = hasBody ? State.BODY : State.BUSY;
        bodyLeft = head.framing() == BodyFraming.LENGTH ? head.contentLength() : 0;
        chunks.reset();
        ctx.fireChannelRead(begun);
        if (!hasBody && !isHeld && request == begun) {
            ctx.fireChannelRead(EndOfRequest.INSTANCE);
        }
    }

    /** Hands the connection over once the whole preface is there. */
    private void toHttp2(ChannelHandlerContext ctx, ByteBuf in) {
        if (in.readableBytes() >= Http2Upgrade.PREFACE_BYTES) {
            state = State.CLOSED;
            http2.start(ctx, in.readRetainedSlice(in.readableBytes()));
        }
    }

    private boolean hasBody() {
        return switch (head.framing()) {
            case NONE, UNTIL_CLOSE -> false;
            case LENGTH -> head.contentLength() > 0;
            case CHUNKED -> true;
        };
    }

    private GatewayRequest newRequest(long nowNanos) {
        String id = RequestIds.find(head, HeaderName.X_REQUEST_ID);
        String own = id == null ? resources.newRequestId() : id;
        String correlation = RequestIds.find(head, HeaderName.X_CORRELATION_ID);
        return new GatewayRequest(
                snapshots.get(),
                head,
                RequestPaths.of(head),
                own,
                correlation == null ? own : correlation,
                nowNanos,
                System.currentTimeMillis(),
                encoder);
    }

    private void readBody(ChannelHandlerContext ctx, ByteBuf in) {
        if (head.framing() == BodyFraming.LENGTH) {
            int length = (int) Math.min(bodyLeft, in.readableBytes());
            bodyLeft -= length;
            bodyBytes += length;
            boolean isLast = bodyLeft == 0;
            ctx.fireChannelRead(in.readRetainedSlice(length));
            if (isLast) {
                endBody(ctx);
            }
            return;
        }
        while (state == State.BODY && chunks.next(in)) {
            bodyBytes += chunks.pieceLength();
            ctx.fireChannelRead(in.retainedSlice(chunks.pieceIndex(), chunks.pieceLength()));
        }
        if (chunks.isFinished()) {
            endBody(ctx);
        }
    }

    private void endBody(ChannelHandlerContext ctx) {
        if (state == State.BODY) {
            state = State.BUSY;
            ctx.fireChannelRead(EndOfRequest.INSTANCE);
        } else if (state == State.SWALLOWING) {
            nextRequest();
        }
    }

    private void swallow(ChannelHandlerContext ctx, ByteBuf in) {
        boolean isOver;
        if (head.framing() == BodyFraming.LENGTH) {
            int length = (int) Math.min(bodyLeft, in.readableBytes());
            bodyLeft -= length;
            in.skipBytes(length);
            isOver = bodyLeft == 0;
        } else {
            while (chunks.next(in)) {
                bodyBytes += chunks.pieceLength();
            }
            isOver = chunks.isFinished();
            if (!isOver && bodyBytes > MAX_SWALLOWED_BYTES) {
                close(ctx, false);
                return;
            }
        }
        if (isOver) {
            nextRequest();
        }
    }

    private void nextRequest() {
        state = State.HEAD;
        headBegun = false;
        sinceNanos = now();
    }

    private void refuse(ChannelHandlerContext ctx, MalformedHttpException e) {
        if (state == State.SWALLOWING) {
            close(ctx, false);
            return;
        }
        if (request == null) {
            encoder.beginUnreadable();
        }
        encoder.closeAfterwards();
        ctx.fireExceptionCaught(new GatewayException(codeOf(e), e.text()));
    }

    /** How a caller is told what is wrong with its request. */
    static ErrorCode codeOf(MalformedHttpException e) {
        return switch (e.reason().status()) {
            case 431 -> ErrorCode.HEAD_TOO_LARGE;
            case 505 -> ErrorCode.HTTP_VERSION_NOT_SUPPORTED;
            case 501 -> ErrorCode.NOT_SUPPORTED;
            default -> ErrorCode.MALFORMED_REQUEST;
        };
    }

    private void close(ChannelHandlerContext ctx, boolean isClean) {
        state = State.LINGERING;
        sinceNanos = now();
        dropLeftover();
        if (isClean || !ctx.channel().isActive()) {
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        if (!ctx.channel().config().isAutoRead()) {
            ctx.channel().config().setAutoRead(true);
        }
        boolean isTls = ctx.pipeline().get(SslHandler.class) != null;
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        (ChannelFutureListener)
                                written -> {
                                    sinceNanos = now();
                                    if (!isTls && written.channel() instanceof DuplexChannel open) {
                                        open.shutdownOutput();
                                    }
                                });
    }

    private ByteBuf merge(ChannelHandlerContext ctx, ByteBuf in) {
        ByteBuf before = leftover;
        if (before == null) {
            return in;
        }
        leftover = null;
        if (before.refCnt() == 1 && before.isWritable(in.readableBytes())) {
            before.writeBytes(in);
            in.release();
            return before;
        }
        int size = before.readableBytes() + in.readableBytes();
        ByteBuf merged = ctx.alloc().buffer(Math.max(2 * size, 512));
        merged.writeBytes(before).writeBytes(in);
        before.release();
        in.release();
        return merged;
    }

    private void keepLeftover(ChannelHandlerContext ctx, ByteBuf in) {
        boolean keeps = state == State.HEAD || state == State.BODY || state == State.SWALLOWING;
        if (!in.isReadable() || !(keeps || state == State.BUSY)) {
            in.release();
            return;
        }
        leftover = ctx.alloc().buffer(in.readableBytes() * 2).writeBytes(in);
        in.release();
        if (state == State.BUSY && leftover.readableBytes() > MAX_PIPELINED_BYTES) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    private void dropLeftover() {
        ByteBuf dropped = leftover;
        leftover = null;
        if (dropped != null) {
            dropped.release();
        }
    }

    private long now() {
        return resources.ticker().nowNanos();
    }

    /** The times a client is given. */
    private final class Deadline extends Ticking {

        @Override
        protected void onTick(long nowNanos) {
            ChannelHandlerContext ctx = context;
            if (ctx == null) {
                return;
            }
            long waitedNanos = nowNanos - sinceNanos;
            switch (state) {
                case HEAD -> {
                    if (!headBegun && waitedNanos > patienceNanos(ctx, timeouts.clientIdle())) {
                        ctx.close();
                    } else if (headBegun && waitedNanos > timeouts.clientHead().toNanos()) {
                        expire(ctx, "the request's head did not come in time");
                    }
                }
                case BODY -> {
                    long grantedNanos =
                            timeouts.clientBody().toNanos() + bodyBytes * NANOS_PER_BODY_BYTE;
                    if (waitedNanos > grantedNanos) {
                        expire(ctx, "the request's body did not come in time");
                    }
                }
                case SWALLOWING -> {
                    if (waitedNanos > timeouts.clientBody().toNanos()) {
                        ctx.close();
                    }
                }
                case LINGERING -> {
                    if (waitedNanos > patienceNanos(ctx, LINGER)) {
                        ctx.close();
                    }
                }
                case BUSY, CLOSED -> {}
            }
        }

        /** A client that has not taken its answer yet is given the time of a slow reader. */
        private long patienceNanos(ChannelHandlerContext ctx, Duration limit) {
            ChannelOutboundBuffer unsent = ctx.channel().unsafe().outboundBuffer();
            boolean isBehind = unsent != null && unsent.totalPendingWriteBytes() > 0;
            long nanos = limit.toNanos();
            return isBehind ? Math.max(nanos, timeouts.betweenChunks().toNanos()) : nanos;
        }

        private void expire(ChannelHandlerContext ctx, String message) {
            if (request == null) {
                encoder.beginUnreadable();
            }
            encoder.closeAfterwards();
            ctx.fireExceptionCaught(new GatewayException(ErrorCode.REQUEST_TIMEOUT, message));
        }
    }
}
