package io.sluice.transport.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Promise;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of HTTP/2 to a provider, on which each call has a stream: the last stage of its
 * pipeline.
 *
 * <p>Confined to its event loop. Usable once the provider has said how many streams it takes.
 */
final class Http2Session extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Http2Session.class);

    /** The calls at the same time on one connection, whatever more the provider takes. */
    static final int MAX_STREAMS = 500;

    private static final int STREAM_WINDOW_BYTES = 65_535;

    private final Http2Sessions home;
    private final Channel channel;
    private final Http2FrameCodec codec;
    private final String scheme;
    private final long openedNanos;

    private boolean isReady;
    private boolean isLeaving;
    private boolean isUsed;
    private int streams;
    private long idleSinceNanos;

    private Http2Session(
            Http2Sessions home,
            Channel channel,
            Http2FrameCodec codec,
            String scheme,
            long nowNanos) {
        this.home = home;
        this.channel = channel;
        this.codec = codec;
        this.scheme = scheme;
        this.openedNanos = nowNanos;
        this.idleSinceNanos = nowNanos;
    }

    /**
     * Begins to speak HTTP/2 on a connection that has carried nothing yet.
     *
     * @param scheme {@code http} or {@code https}
     */
    static Http2Session start(
            Http2Sessions home, Channel channel, String scheme, int maxHeadBytes, long nowNanos) {
        Http2FrameCodec codec =
                Http2FrameCodecBuilder.forClient()
                        .initialSettings(
                                Http2Settings.defaultSettings()
                                        .pushEnabled(false)
                                        .initialWindowSize(STREAM_WINDOW_BYTES)
                                        .maxHeaderListSize(maxHeadBytes))
                        .validateHeaders(true)
                        .build();
        Http2Session session = new Http2Session(home, channel, codec, scheme, nowNanos);
        channel.pipeline()
                .addLast(
                        codec,
                        new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()),
                        session);
        int window = (MAX_STREAMS - 1) * STREAM_WINDOW_BYTES;
        channel.writeAndFlush(new DefaultHttp2WindowUpdateFrame(window));
        return session;
    }

    /** Whether another call has room. */
    boolean hasRoom() {
        int most = Math.min(MAX_STREAMS, codec.connection().local().maxActiveStreams());
        return isReady && !isLeaving && channel.isActive() && streams < most;
    }

    boolean isReady() {
        return isReady;
    }

    /** Opens a stream whose last stage is {@code connection}. */
    void open(UpstreamConnection connection, Promise<Void> usable) {
        streams++;
        if (isUsed) {
            connection.becomeShared();
        }
        isUsed = true;
        new Http2StreamChannelBootstrap(channel)
                .handler(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel stream) {
                                stream.pipeline()
                                        .addLast("codec", new Http2StreamCodec(scheme))
                                        .addLast("connection", connection);
                            }
                        })
                .open()
                .addListener(opened -> {
                    if (opened.isSuccess()) {
                        Channel stream = (Channel) opened.getNow();
                        stream.closeFuture().addListener(_ -> onStreamClosed());
                        usable.setSuccess(null);
                    } else {
                        onStreamClosed();
                        usable.setFailure(opened.cause());
                    }
                });
    }

    private void onStreamClosed() {
        streams--;
        idleSinceNanos = home.nowNanos();
        if (isLeaving && streams == 0) {
            channel.close();
        } else {
            home.onRoom();
        }
    }

    /** Closes once the calls under way have ended. */
    void leave() {
        isLeaving = true;
        if (streams == 0) {
            channel.close();
        }
    }

    /**
     * Closes if there is no use for it any more.
     *
     * @param readyNanos how long a provider may take to say what it takes
     */
    void check(long nowNanos, long idleNanos, long lifetimeNanos, long readyNanos) {
        long ageNanos = nowNanos - openedNanos;
        boolean isIdle = streams == 0 && nowNanos - idleSinceNanos > idleNanos;
        if (ageNanos > lifetimeNanos || isIdle || (!isReady && ageNanos > readyNanos)) {
            leave();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        boolean isSettings = msg instanceof Http2SettingsFrame;
        boolean isFarewell = msg instanceof Http2GoAwayFrame;
        ReferenceCountUtil.release(msg);
        if (isSettings && !isReady) {
            isReady = true;
            home.onReady(this);
        } else if (isFarewell) {
            leave();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        isLeaving = true;
        home.onClosed(this);
        ctx.fireChannelInactive();
    }

    /** What breaks the rules of HTTP/2 is answered and ended by the codec itself. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("a connection of HTTP/2 to a provider failed", cause);
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) == null) {
            ctx.close();
        }
    }
}
