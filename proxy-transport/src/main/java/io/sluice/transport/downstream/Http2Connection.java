package io.sluice.transport.downstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.util.ReferenceCountUtil;
import io.sluice.transport.exchange.LoopResources;
import io.sluice.transport.loop.Ticking;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What concerns a client's connection of HTTP/2 as a whole: its streams, its idle time, its end,
 * and how many frames it may send that ask for an answer and carry nothing.
 *
 * <p>Confined to its event loop. Floods of resets, of empty frames and of continuations are refused
 * by Netty's codec; pings and settings are counted here (RFC 9113, 10.5).
 */
final class Http2Connection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Http2Connection.class);

    /** Pings and settings in {@link #WINDOW_NANOS}: many times what any client has use for. */
    static final int MAX_CONTROL_FRAMES = 100;

    private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

    private final LoopResources resources;
    private final long idleNanos;
    private final Set<Channel> streams = new LinkedHashSet<>();
    private @Nullable Idleness idleness;

    private boolean isEnding;
    private int controlFrames;
    private long windowNanos;
    private long sinceNanos;

    /**
     * A connection before its first stream.
     *
     * @param idle how long it is kept without a stream
     */
    Http2Connection(LoopResources resources, Duration idle) {
        this.resources = resources;
        this.idleNanos = idle.toNanos();
    }

    /** A stream was opened. */
    void add(Channel stream) {
        streams.add(stream);
        stream.closeFuture()
                .addListener(_ -> {
                    streams.remove(stream);
                    sinceNanos = resources.ticker().nowNanos();
                    Channel parent = stream.parent();
                    if (isEnding && streams.isEmpty()) {
                        parent.close();
                    }
                });
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        sinceNanos = resources.ticker().nowNanos();
        windowNanos = sinceNanos;
        idleness = new Idleness(ctx);
        resources.ticker().add(idleness);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Idleness watching = idleness;
        if (watching != null) {
            resources.ticker().remove(watching);
        }
        resources.metrics().onClientDisconnected();
        ctx.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        boolean asks =
                msg instanceof Http2SettingsFrame
                        || (msg instanceof Http2PingFrame ping && !ping.ack());
        ReferenceCountUtil.release(msg);
        if (asks) {
            count(ctx);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == DrainEvent.CLOSE_WHEN_IDLE) {
            end(ctx, Http2Error.NO_ERROR);
        } else if (event == DrainEvent.END_NOW) {
            List.copyOf(streams).forEach(stream -> stream.pipeline().fireUserEventTriggered(event));
        }
    }

    /** What breaks the rules of HTTP/2 is answered and ended by the codec itself. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("a connection of HTTP/2 failed", cause);
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) == null) {
            ctx.close();
        }
    }

    private void count(ChannelHandlerContext ctx) {
        long nowNanos = resources.ticker().nowNanos();
        if (nowNanos - windowNanos > WINDOW_NANOS) {
            windowNanos = nowNanos;
            controlFrames = 0;
        }
        controlFrames++;
        if (controlFrames == MAX_CONTROL_FRAMES) {
            LOG.info("a client sends pings and settings without end: its connection is closed");
            ctx.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.ENHANCE_YOUR_CALM))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Takes no further stream, and closes once the last one has ended. */
    private void end(ChannelHandlerContext ctx, Http2Error error) {
        if (!isEnding) {
            isEnding = true;
            ctx.writeAndFlush(new DefaultHttp2GoAwayFrame(error));
        }
        if (streams.isEmpty()) {
            ctx.close();
        }
    }

    /** Ends a connection that nothing is asked on. */
    private final class Idleness extends Ticking {

        private final ChannelHandlerContext context;

        Idleness(ChannelHandlerContext context) {
            this.context = context;
        }

        @Override
        protected void onTick(long nowNanos) {
            if (streams.isEmpty() && nowNanos - sinceNanos > idleNanos) {
                end(context, Http2Error.NO_ERROR);
            }
        }
    }
}
