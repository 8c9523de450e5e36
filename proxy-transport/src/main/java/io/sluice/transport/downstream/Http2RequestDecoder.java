package io.sluice.transport.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import io.sluice.config.TimeoutSettings;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.http.HeaderName;
import io.sluice.http.MalformedHttpException;
import io.sluice.http.RequestHead;
import io.sluice.http.RequestHeadParser;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.LoopResources;
import io.sluice.transport.exchange.Snapshot;
import io.sluice.transport.loop.Ticking;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * First stage of a stream of HTTP/2: turns its frames into a {@link GatewayRequest}, the pieces of
 * its body ({@link ByteBuf}, owned by the next stage) and {@link EndOfRequest}.
 *
 * <p>Confined to its connection's event loop. Lives for one request.
 */
final class Http2RequestDecoder extends ChannelInboundHandlerAdapter implements RequestIntake {

    private static final int MAX_HEADERS = 256;
    private static final int HEAD_BYTES = 1024;
    private static final long NANOS_PER_BODY_BYTE = TimeUnit.SECONDS.toNanos(1) / (32 << 10);

    private enum State {
        HEAD,
        BODY,
        BUSY,
        CLOSED
    }

    private final LoopResources resources;
    private final Supplier<Snapshot> snapshots;
    private final Http2ResponseEncoder encoder;
    private final TimeoutSettings timeouts;
    private final int maxHeadBytes;
    private final RequestHead head = new RequestHead();
    private final Queue<ByteBuf> heldPieces = new ArrayDeque<>();
    private final Deadline deadline = new Deadline();

    private State state = State.HEAD;
    private @Nullable ChannelHandlerContext context;
    private @Nullable GatewayRequest request;
    private boolean isHeld;
    private boolean isWhole;
    private long bodyBytes;
    private long sinceNanos;

    /**
     * A decoder before the stream's first frame.
     *
     * @param snapshots what the gateway goes by at this moment
     */
    Http2RequestDecoder(
            LoopResources resources, Supplier<Snapshot> snapshots, Http2ResponseEncoder encoder) {
        this.resources = resources;
        this.snapshots = snapshots;
        this.encoder = encoder;
        this.timeouts = snapshots.get().settings().timeouts();
        this.maxHeadBytes = snapshots.get().settings().limits().headBytes();
    }

    @Override
    public @Nullable GatewayRequest request() {
        return request;
    }

    @Override
    public boolean isBusy() {
        return state == State.BODY || state == State.BUSY;
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
        isHeld = false;
        if (ctx == null || state == State.CLOSED) {
            return;
        }
        while (state == State.BODY && !heldPieces.isEmpty()) {
            ctx.fireChannelRead(heldPieces.remove());
        }
        if (state == State.BODY && isWhole) {
            endBody(ctx);
        }
        ctx.channel().config().setAutoRead(true);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        sinceNanos = resources.ticker().nowNanos();
        resources.ticker().add(deadline);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        leave();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        leave();
        ctx.fireChannelInactive();
        request = null;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        switch (msg) {
            case Http2HeadersFrame frame -> {
                if (state == State.HEAD) {
                    readHead(ctx, frame);
                } else if (frame.isEndStream()) {
                    becomeWhole(ctx);
                }
            }
            case Http2DataFrame frame -> readBody(ctx, frame);
            default -> ReferenceCountUtil.release(msg);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == DrainEvent.END_NOW && state == State.BODY) {
            ctx.fireExceptionCaught(
                    new GatewayException(ErrorCode.SHUTTING_DOWN, "the gateway is shutting down"));
        } else if (event instanceof DrainEvent) {
            ctx.fireUserEventTriggered(event);
        }
    }

    /** What the codec finds wrong with a stream ends it; the rooms hear of it as of any leaver. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof Http2FrameStreamException || cause instanceof Http2Exception) {
            ctx.close();
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    /**
     * The response has been written.
     *
     * @return whether the request has not ended, so that its rest is to be refused
     */
    boolean onResponseEnd() {
        request = null;
        leave();
        return !isWhole;
    }

    private void readHead(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
        isWhole = frame.isEndStream();
        ByteBuf raw = ctx.alloc().buffer(HEAD_BYTES);
        try {
            if (!Http2Heads.write(frame.headers(), raw)) {
                refuse(ctx, ErrorCode.MALFORMED_REQUEST, "the request's head is malformed");
                return;
            }
            boolean isComplete = new RequestHeadParser(maxHeadBytes, MAX_HEADERS).parse(raw, head);
            if (!isComplete || raw.isReadable()) {
                refuse(ctx, ErrorCode.MALFORMED_REQUEST, "the request's head is malformed");
                return;
            }
        } catch (MalformedHttpException e) {
            refuse(ctx, RequestDecoder.codeOf(e), e.text());
            return;
        } finally {
            raw.release();
        }
        begin(ctx);
    }

    private void begin(ChannelHandlerContext ctx) {
        long nowNanos = resources.ticker().nowNanos();
        sinceNanos = nowNanos;
        encoder.begin(head);
        GatewayRequest begun = newRequest(nowNanos);
        request = begun;
        state = State.BODY;
        ctx.fireChannelRead(begun);
        if (isWhole && !isHeld && state == State.BODY) {
            endBody(ctx);
        }
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

    private void readBody(ChannelHandlerContext ctx, Http2DataFrame frame) {
        ByteBuf piece = frame.content();
        bodyBytes += piece.readableBytes();
        boolean isLast = frame.isEndStream();
        if (state != State.BODY || !piece.isReadable()) {
            piece.release();
        } else if (isHeld) {
            heldPieces.add(piece);
        } else {
            ctx.fireChannelRead(piece);
        }
        if (isLast) {
            becomeWhole(ctx);
        }
    }

    private void becomeWhole(ChannelHandlerContext ctx) {
        isWhole = true;
        if (state == State.BODY && !isHeld) {
            endBody(ctx);
        }
    }

    private void endBody(ChannelHandlerContext ctx) {
        state = State.BUSY;
        ctx.fireChannelRead(EndOfRequest.INSTANCE);
    }

    private void refuse(ChannelHandlerContext ctx, ErrorCode code, String message) {
        state = State.BODY;
        encoder.beginUnreadable();
        ctx.fireExceptionCaught(new GatewayException(code, message));
    }

    private void leave() {
        resources.ticker().remove(deadline);
        state = State.CLOSED;
        while (!heldPieces.isEmpty()) {
            heldPieces.remove().release();
        }
    }

    /** The time a client is given for its body. */
    private final class Deadline extends Ticking {

        @Override
        protected void onTick(long nowNanos) {
            ChannelHandlerContext ctx = context;
            long grantedNanos = timeouts.clientBody().toNanos() + bodyBytes * NANOS_PER_BODY_BYTE;
            if (ctx != null
                    && state == State.BODY
                    && !isHeld
                    && nowNanos - sinceNanos > grantedNanos) {
                ctx.fireExceptionCaught(
                        new GatewayException(
                                ErrorCode.REQUEST_TIMEOUT,
                                "the request's body did not come in time"));
            }
        }
    }
}
