package io.sluice.transport.downstream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.sluice.config.Http2Settings;
import io.sluice.config.Settings;
import io.sluice.transport.exchange.LoopResources;
import io.sluice.transport.exchange.ResponseSink;
import io.sluice.transport.exchange.Snapshot;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Turns a client's connection into one of HTTP/2, where it was agreed on by ALPN (RFC 7301) or the
 * client begins with the preface of HTTP/2 (RFC 9113, 3.3 and 3.4).
 */
final class Http2Upgrade {

    /** Adds the rooms behind a request's intake to a pipeline. */
    interface Rooms {

        /** Adds them. */
        void addTo(
                ChannelPipeline pipeline,
                LoopResources own,
                RequestIntake intake,
                ResponseSink sink);
    }

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

    /** The length of what a client begins with that knows it may. */
    static final int PREFACE_BYTES = PREFACE.length;

    private static final int MAX_RESETS = 200;
    private static final int RESET_WINDOW_SECONDS = 30;
    private static final int MAX_QUEUED_CONTROL_FRAMES = 1000;
    private static final long GRACEFUL_CLOSE_MILLIS = 2000;
    private static final int DEFAULT_WINDOW_BYTES = 65_535;
    private static final int CONNECTION_WINDOW_STREAMS = 4;

    private final Function<Channel, LoopResources> resources;
    private final Supplier<Snapshot> snapshots;
    private final Rooms rooms;

    /**
     * For the clients of one listener.
     *
     * @param resources finds the resources of a channel's loop
     * @param snapshots what the gateway goes by at this moment
     */
    Http2Upgrade(
            Function<Channel, LoopResources> resources, Supplier<Snapshot> snapshots, Rooms rooms) {
        this.resources = resources;
        this.snapshots = snapshots;
        this.rooms = rooms;
    }

    /** Whether what a client sent so far is the preface, or may become it. */
    boolean isBegunIn(ByteBuf in) {
        int length = Math.min(PREFACE_BYTES, in.readableBytes());
        int at = in.readerIndex();
        for (int i = 0; i < length; i++) {
            if (in.getByte(at + i) != PREFACE[i]) {
                return false;
            }
        }
        return settings().enabled();
    }

    /** Whether the handshake has settled on HTTP/2. */
    boolean isAgreed(ChannelHandlerContext ctx, SslHandshakeCompletionEvent handshake) {
        return handshake.isSuccess()
                && ctx.pipeline().get(Stages.TLS) instanceof SslHandler tls
                && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol());
    }

    /**
     * Takes the rooms of HTTP/1.1 off a connection and puts those of HTTP/2 on.
     *
     * @param ctx of the decoder, which leaves too
     * @param received what was read already; owned
     */
    // A context is itself, not one like it.
    @SuppressWarnings("ReferenceEquality")
    void start(ChannelHandlerContext ctx, ByteBuf received) {
        ChannelPipeline pipeline = ctx.pipeline();
        while (pipeline.lastContext() != ctx) {
            pipeline.removeLast();
        }
        LoopResources own = resources.apply(ctx.channel());
        Settings all = snapshots.get().settings();
        Http2Connection connection = new Http2Connection(own, all.timeouts().clientIdle());
        pipeline.addLast(
                newCodec(all), new Http2MultiplexHandler(new Streams(own, connection)), connection);
        int window = CONNECTION_WINDOW_STREAMS * settings().windowBytes() - DEFAULT_WINDOW_BYTES;
        pipeline.lastContext().writeAndFlush(new DefaultHttp2WindowUpdateFrame(window));
        if (received.isReadable()) {
            ctx.fireChannelRead(received);
            ctx.fireChannelReadComplete();
        } else {
            received.release();
        }
        pipeline.remove(ctx.handler());
    }

    private Http2FrameCodec newCodec(Settings all) {
        Http2Settings limits = all.listen().http2();
        return Http2FrameCodecBuilder.forServer()
                .initialSettings(
                        io.netty.handler.codec.http2.Http2Settings.defaultSettings()
                                .maxConcurrentStreams(limits.streams())
                                .initialWindowSize(limits.windowBytes())
                                .maxHeaderListSize(all.limits().headBytes()))
                .validateHeaders(true)
                .decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
                .encoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
                .encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES)
                .gracefulShutdownTimeoutMillis(GRACEFUL_CLOSE_MILLIS)
                .build();
    }

    private Http2Settings settings() {
        return snapshots.get().settings().listen().http2();
    }

    /** Fills the pipeline of each stream a client opens. */
    private final class Streams extends ChannelInitializer<Channel> {

        private final LoopResources own;
        private final Http2Connection connection;

        Streams(LoopResources own, Http2Connection connection) {
            this.own = own;
            this.connection = connection;
        }

        @Override
        public boolean isSharable() {
            return true;
        }

        @Override
        protected void initChannel(Channel stream) {
            connection.add(stream);
            Http2ResponseEncoder encoder = new Http2ResponseEncoder();
            Http2RequestDecoder decoder = new Http2RequestDecoder(own, snapshots, encoder);
            encoder.setDecoder(decoder);
            stream.pipeline()
                    .addLast(Stages.REQUEST_DECODER, decoder)
                    .addLast(Stages.RESPONSE_ENCODER, encoder);
            rooms.addTo(stream.pipeline(), own, decoder, encoder);
        }
    }
}
