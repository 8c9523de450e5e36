package io.sluice.bench.upstream;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A provider that makes its answers up, or gives recorded ones again, and keeps books. Safe for any
 * thread.
 */
public final class SimulatedProvider implements AutoCloseable {

    /*
     * The HTTP codec is Netty's own on purpose: a peer that shares no code with the gateway's. No
     * answer has a thread. It is played by the event loop of its connection, so that thousands of
     * slow streams cost thousands of timers and little else.
     */

    private static final int MAX_BODY_BYTES = 256 << 20;
    private static final int MAX_HEAD_BYTES = 256 << 10;

    private final Options options;
    private final Books books;
    private final EventLoopGroup loops;
    private final Channel listener;
    private final @Nullable SslContext tls;

    private SimulatedProvider(
            Options options,
            Books books,
            EventLoopGroup loops,
            Channel listener,
            @Nullable SslContext tls) {
        this.options = options;
        this.books = books;
        this.loops = loops;
        this.listener = listener;
        this.tls = tls;
    }

    /**
     * Starts a provider and returns when it listens.
     *
     * @throws IllegalArgumentException if certificate or key cannot be used
     * @throws IllegalStateException if the address cannot be bound
     */
    public static SimulatedProvider start(Options options) {
        Books books = new Books(options.keptRequests());
        Path replay = options.replay();
        Replays replays = replay == null ? null : new Replays(RecordedCases.in(replay));
        SslContext tls = tls(options);
        Initializer initializer =
                new Initializer(new Responder(options, books, replays), books, tls);
        boolean epoll = Epoll.isAvailable();
        EventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(
                        options.loops(),
                        epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channel(
                                epoll
                                        ? EpollServerSocketChannel.class
                                        : NioServerSocketChannel.class)
                        .option(ChannelOption.SO_BACKLOG, 4096)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(64 << 10, 256 << 10))
                        .childHandler(initializer);
        var bound = bootstrap.bind(options.host(), options.port()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
            ReferenceCountUtil.release(tls);
            throw new IllegalStateException(
                    "cannot bind " + options.host() + ":" + options.port(), bound.cause());
        }
        return new SimulatedProvider(options, books, loops, bound.channel(), tls);
    }

    /** A provider with the {@linkplain Options#DEFAULT default options}. */
    public static SimulatedProvider start() {
        return start(Options.DEFAULT);
    }

    /** The port it listens on. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Scheme, host and port, without a path. */
    public URI baseUri() {
        String scheme = options.certificate() == null ? "http" : "https";
        return URI.create(scheme + "://" + options.host() + ":" + port());
    }

    /** Its own account of what it did. */
    public Books books() {
        return books;
    }

    /** The latest requests it received, oldest first. */
    public List<ReceivedRequest> received() {
        return books.received();
    }

    /** Returns when the listener has been closed. */
    public void awaitTermination() {
        listener.closeFuture().awaitUninterruptibly();
    }

    /** Closes the listener and every connection. Closing again does nothing. */
    @Override
    public synchronized void close() {
        if (loops.isShuttingDown()) {
            return;
        }
        listener.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        ReferenceCountUtil.release(tls);
    }

    private static @Nullable SslContext tls(Options options) {
        Path certificate = options.certificate();
        Path privateKey = options.privateKey();
        if (certificate == null || privateKey == null) {
            return null;
        }
        try {
            return SslContextBuilder.forServer(certificate.toFile(), privateKey.toFile()).build();
        } catch (SSLException e) {
            throw new IllegalArgumentException("cannot use " + certificate, e);
        }
    }

    /** The provider's side of a connection, in the order a request meets it. */
    private static final class Initializer extends ChannelInitializer<Channel> {

        private final Responder responder;
        private final Books books;
        private final @Nullable SslContext tls;
        private final AtomicLong connections = new AtomicLong();

        Initializer(Responder responder, Books books, @Nullable SslContext tls) {
            this.responder = responder;
            this.books = books;
            this.tls = tls;
        }

        @Override
        protected void initChannel(Channel channel) {
            ChannelPipeline pipeline = channel.pipeline();
            pipeline.addLast("meter", new ConnectionMeter(books));
            if (tls != null) {
                pipeline.addLast("tls", tls.newHandler(channel.alloc()));
            }
            pipeline.addLast("http-codec", new HttpServerCodec(8192, MAX_HEAD_BYTES, 64 << 10));
            pipeline.addLast("body", new HttpObjectAggregator(MAX_BODY_BYTES));
            pipeline.addLast(
                    "provider",
                    new ProviderHandler(responder, books, connections.incrementAndGet()));
        }
    }
}
