package io.sluice.bench.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A client that speaks HTTP/2 without asking, frame by frame, and checks nothing it sends. */
public final class Http2Client implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 30;

    /**
     * Of the connection: many times that of a stream, so that one that is full holds up no other.
     */
    private static final int WINDOW_BYTES = 1 << 20;

    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final CompletableFuture<Long> goAway = new CompletableFuture<>();
    private final Channel connection;

    public Http2Client(int port) throws Exception {
        connection =
                new Bootstrap()
                        .group(group)
                        .channel(NioSocketChannel.class)
                        .handler(new Initializer())
                        .connect("127.0.0.1", port)
                        .sync()
                        .channel();
        connection.writeAndFlush(new DefaultHttp2WindowUpdateFrame(WINDOW_BYTES));
    }

    /** The head of a chat call by the fixture's tester. */
    public static Http2Headers chatHead() {
        return new DefaultHttp2Headers(false)
                .method("POST")
                .path("/v1/chat/completions")
                .scheme("http")
                .authority("sluice.test")
                .add("authorization", "Bearer " + GatewayFixture.KEY)
                .add("content-type", "application/json");
    }

    /** Sends a whole request. */
    public Call send(Http2Headers head, String body) throws Exception {
        Call call = open(head, body.isEmpty());
        if (!body.isEmpty()) {
            call.data(body, true);
        }
        return call;
    }

    /** Sends a head. */
    public Call open(Http2Headers head, boolean isEnd) throws Exception {
        Call call = new Call();
        Http2StreamChannel stream =
                new Http2StreamChannelBootstrap(connection).handler(call).open().sync().getNow();
        call.stream = stream;
        stream.writeAndFlush(new DefaultHttp2HeadersFrame(head, isEnd));
        return call;
    }

    /** Begins requests and gives each up at once, as long as the other side takes it. */
    public void openAndReset(Http2Headers head, int times) {
        for (int i = 0; i < times; i++) {
            new Http2StreamChannelBootstrap(connection)
                    .handler(new ChannelInboundHandlerAdapter())
                    .open()
                    .addListener(opened -> {
                        if (opened.isSuccess()) {
                            Channel stream = (Channel) opened.getNow();
                            stream.write(new DefaultHttp2HeadersFrame(head));
                            stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
                        }
                    });
        }
    }

    /** Sends a frame of the connection. */
    public void write(Object frame) {
        connection.writeAndFlush(frame);
    }

    /** The code of the other side's farewell, once it has come. */
    public long goAway() throws Exception {
        return goAway.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits until the other side has closed the connection. */
    public void awaitClosed() throws Exception {
        if (!connection.closeFuture().await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the connection is still open");
        }
    }

    @Override
    public void close() {
        connection.close().awaitUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** One request and its answer. */
    public static final class Call extends ChannelInboundHandlerAdapter {

        private final CompletableFuture<Http2Headers> head = new CompletableFuture<>();
        private final CompletableFuture<String> whole = new CompletableFuture<>();
        private final CompletableFuture<Long> reset = new CompletableFuture<>();
        private final AtomicInteger received = new AtomicInteger();
        private final StringBuilder text = new StringBuilder();
        private @Nullable Http2StreamChannel stream;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            switch (msg) {
                case Http2HeadersFrame frame -> {
                    if (!"100".contentEquals(frame.headers().status())) {
                        head.complete(frame.headers());
                    }
                    end(frame.isEndStream());
                }
                case Http2DataFrame frame -> {
                    text.append(frame.content().toString(UTF_8));
                    received.set(text.length());
                    end(frame.isEndStream());
                }
                default -> {}
            }
            ReferenceCountUtil.release(msg);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2ResetFrame frame) {
                reset.complete(frame.errorCode());
            }
        }

        private void end(boolean isEnd) {
            if (isEnd) {
                whole.complete(text.toString());
            }
        }

        /** Sends a piece of the body. */
        public void data(String piece, boolean isEnd) {
            stream()
                    .writeAndFlush(
                            new DefaultHttp2DataFrame(Unpooled.copiedBuffer(piece, UTF_8), isEnd));
        }

        /** Gives the call up. */
        public void cancel() {
            stream().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
        }

        /** Stops taking the answer, or goes on. */
        public void setReading(boolean isReading) {
            stream().config().setAutoRead(isReading);
        }

        public int status() throws Exception {
            return Integer.parseInt(
                    head.get(PATIENCE_SECONDS, TimeUnit.SECONDS).status().toString());
        }

        public Http2Headers head() throws Exception {
            return head.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        /** The body, once it is whole. */
        public String body() throws Exception {
            return whole.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        /** How it ended: {@code reset} with a code, or the status of a whole answer. */
        public String end() throws Exception {
            return CompletableFuture.anyOf(
                            reset.thenApply(code -> "reset " + code),
                            whole.thenApply(_ -> head.join().status().toString()))
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .toString();
        }

        /** How much has come of the body, in characters. */
        public int received() {
            return received.get();
        }

        /** The code the other side has reset the stream with, once it has. */
        public long reset() throws Exception {
            return reset.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        private Http2StreamChannel stream() {
            assert stream != null;
            return stream;
        }
    }

    /** The pipeline of the connection. */
    private final class Initializer extends ChannelInitializer<Channel> {

        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline()
                    .addLast(
                            Http2FrameCodecBuilder.forClient()
                                    .validateHeaders(false)
                                    .encoderEnforceMaxConcurrentStreams(false)
                                    .encoderIgnoreMaxHeaderListSize(true)
                                    .initialSettings(Http2Settings.defaultSettings())
                                    .build(),
                            new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()),
                            new ChannelInboundHandlerAdapter() {
                                @Override
                                public void channelRead(ChannelHandlerContext ctx, Object msg) {
                                    if (msg instanceof Http2GoAwayFrame frame) {
                                        goAway.complete(frame.errorCode());
                                    }
                                    ReferenceCountUtil.release(msg);
                                }
                            });
        }
    }
}
