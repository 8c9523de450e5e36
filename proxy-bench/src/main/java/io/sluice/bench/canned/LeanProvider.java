package io.sluice.bench.canned;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A provider that says only what was laid down beforehand, at the least cost. Safe for any thread.
 *
 * <p>It understands requests with a content length and a token of {@link CannedSpec} near the front
 * of the body. A measured gateway stands between it and the load, so it must not be what is slow.
 */
public final class LeanProvider implements AutoCloseable {

    private final String scheme;
    private final String host;
    private final EventLoopGroup loops;
    private final Channel listener;
    private final LeanBooks books;

    private LeanProvider(
            String scheme, String host, EventLoopGroup loops, Channel listener, LeanBooks books) {
        this.scheme = scheme;
        this.host = host;
        this.loops = loops;
        this.listener = listener;
        this.books = books;
    }

    /**
     * Starts a provider and returns when it listens.
     *
     * @param port 0 for a free one
     * @throws IllegalStateException if the address cannot be bound
     */
    public static LeanProvider start(String host, int port, int loopCount) {
        return start(host, port, loopCount, null);
    }

    /**
     * Starts a provider that may speak TLS, and returns when it listens.
     *
     * @param port 0 for a free one
     * @param tls {@code null} for none
     * @throws IllegalStateException if the address cannot be bound
     */
    public static LeanProvider start(
            String host, int port, int loopCount, @Nullable SslContext tls) {
        boolean epoll = Epoll.isAvailable();
        LeanBooks books = new LeanBooks();
        EventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(
                        loopCount, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        var bound =
                new ServerBootstrap()
                        .group(loops)
                        .channel(
                                epoll
                                        ? EpollServerSocketChannel.class
                                        : NioServerSocketChannel.class)
                        .option(ChannelOption.SO_BACKLOG, 8192)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(32 << 10, 128 << 10))
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        if (tls != null) {
                                            channel.pipeline()
                                                    .addLast(
                                                            "tls", tls.newHandler(channel.alloc()));
                                        }
                                        channel.pipeline().addLast("lean", new LeanHandler(books));
                                    }
                                })
                        .bind(host, port)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
            throw new IllegalStateException("cannot bind " + host + ":" + port, bound.cause());
        }
        return new LeanProvider(
                tls == null ? "http" : "https", host, loops, bound.channel(), books);
    }

    /** The port it listens on. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Scheme, host and port, without a path. */
    public URI baseUri() {
        return URI.create(scheme + "://" + host + ":" + port());
    }

    /** What it did. */
    public LeanBooks books() {
        return books;
    }

    /** Returns when the listener has been closed. */
    public void awaitTermination() {
        listener.closeFuture().awaitUninterruptibly();
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
