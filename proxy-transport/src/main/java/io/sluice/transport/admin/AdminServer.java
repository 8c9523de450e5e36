package io.sluice.transport.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The listener for operators.
 *
 * <p>It has an event loop of its own and answers on virtual threads, so that no call waits for a
 * scrape and no request here for another.
 */
public final class AdminServer implements AutoCloseable {

    private static final int MAX_CONNECTIONS = 256;
    private static final int QUIET_MILLIS = 0;
    private static final int FAREWELL_MILLIS = 2_000;

    private final EventLoopGroup loop;
    private final ExecutorService workers;
    private final ChannelGroup connections;
    private final Channel listener;

    private AdminServer(
            EventLoopGroup loop,
            ExecutorService workers,
            ChannelGroup connections,
            Channel listener) {
        this.loop = loop;
        this.workers = workers;
        this.connections = connections;
        this.listener = listener;
    }

    /**
     * Binds and serves.
     *
     * @param port 0 takes a free one
     * @throws IOException where the address cannot be bound
     */
    public static AdminServer start(String host, int port, AdminRoutes routes) throws IOException {
        EventLoopGroup loop =
                new MultiThreadIoEventLoopGroup(
                        1,
                        new DefaultThreadFactory("sluice-admin", true),
                        NioIoHandler.newFactory());
        ExecutorService workers =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("sluice-admin-", 0).factory());
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loop)
                        .channel(NioServerSocketChannel.class)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new AdminInitializer(routes, workers, connections, MAX_CONNECTIONS))
                        .bind(host, port)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loop.shutdownGracefully();
            workers.shutdown();
            throw new IOException(
                    ("cannot listen on %s:%d: %s; stop what uses it, or set admin.port"
                                    + " (0 takes a free one)")
                            .formatted(host, port, bound.cause().getMessage()),
                    bound.cause());
        }
        return new AdminServer(loop, workers, connections, bound.channel());
    }

    /** The port that is listened on. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Closes the listener and its connections, within two seconds. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly(FAREWELL_MILLIS);
        connections.close().awaitUninterruptibly(FAREWELL_MILLIS);
        workers.shutdown();
        loop.shutdownGracefully(QUIET_MILLIS, FAREWELL_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(FAREWELL_MILLIS);
    }
}
