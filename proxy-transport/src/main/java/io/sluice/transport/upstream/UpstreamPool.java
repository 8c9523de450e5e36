package io.sluice.transport.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.sluice.config.LimitSettings;
import io.sluice.config.TimeoutSettings;
import io.sluice.config.UpstreamSettings;
import io.sluice.routing.UpstreamAddress;
import io.sluice.telemetry.LoopMetrics;
import io.sluice.transport.loop.Ticker;
import io.sluice.transport.loop.TransportType;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to all providers.
 *
 * <p>Confined to that loop. An address that is no longer used keeps an empty entry, so the pool is
 * bounded by the addresses an operator ever configured.
 */
public final class UpstreamPool implements Connections {

    /** How much one read may bring before the loop looks at other channels. */
    private static final int MAX_READS_PER_LOOP = 4;

    private static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(64 << 10, 256 << 10);

    private final EventLoop loop;
    private final TransportType transport;
    private final Ticker ticker;
    private final LoopMetrics metrics;
    private final AddressResolverGroup<InetSocketAddress> resolver;
    private final SslContext tls;
    private final int connectMillis;
    private final TargetConnections.Bounds bounds;
    private final UpstreamSettings.Http2 http2;
    private final Map<UpstreamAddress, TargetConnections> byAddress = new HashMap<>();
    private final Map<UpstreamAddress, Http2Sessions> sessions = new HashMap<>();

    /**
     * A pool without connections.
     *
     * @param loops over which the connections of a target are shared out
     * @param tls for providers that want it
     */
    public UpstreamPool(
            EventLoop loop,
            TransportType transport,
            Ticker ticker,
            LoopMetrics metrics,
            AddressResolverGroup<InetSocketAddress> resolver,
            SslContext tls,
            UpstreamSettings upstream,
            TimeoutSettings timeouts,
            LimitSettings limits,
            int loops) {
        this.loop = loop;
        this.transport = transport;
        this.ticker = ticker;
        this.metrics = metrics;
        this.resolver = resolver;
        this.tls = tls;
        this.connectMillis = (int) Math.min(Integer.MAX_VALUE, timeouts.connect().toMillis());
        this.http2 = upstream.http2();
        this.bounds =
                new TargetConnections.Bounds(
                        Math.max(1, upstream.connectionsPerTarget() / loops),
                        (upstream.waiting() + loops - 1) / loops,
                        upstream.idle().toNanos(),
                        upstream.lifetime().toNanos(),
                        timeouts.connect().toNanos(),
                        limits.headBytes());
    }

    @Override
    public void acquire(UpstreamAddress address, UpstreamListener listener, boolean fresh) {
        connections(address).acquire(listener, fresh);
    }

    @Override
    public void cancel(UpstreamAddress address, UpstreamListener listener) {
        connections(address).cancel(listener);
    }

    @Override
    public int open() {
        int open = 0;
        for (TargetConnections connections : byAddress.values()) {
            open += connections.open();
        }
        return open;
    }

    @Override
    public void close() {
        byAddress.values().forEach(TargetConnections::close);
        sessions.values().forEach(Http2Sessions::close);
    }

    private TargetConnections connections(UpstreamAddress address) {
        TargetConnections connections = byAddress.get(address);
        if (connections == null) {
            connections =
                    new TargetConnections(
                            bounds, ticker, metrics, connection -> connect(address, connection));
            byAddress.put(address, connections);
        }
        return connections;
    }

    private Future<?> connect(UpstreamAddress address, UpstreamConnection connection) {
        return mayBeHttp2(address) ? sessions(address).open(connection) : dial(address, connection);
    }

    private boolean mayBeHttp2(UpstreamAddress address) {
        return switch (http2) {
            case NEVER -> false;
            case TLS -> address.tls();
            case ALWAYS -> true;
        };
    }

    private Http2Sessions sessions(UpstreamAddress address) {
        return sessions.computeIfAbsent(
                address, to -> new Http2Sessions(to, loop, ticker, bounds, () -> dial(to, null)));
    }

    /**
     * Opens a connection, TLS included; {@code connection} is its last stage, where there is one.
     */
    private Future<Channel> dial(UpstreamAddress address, @Nullable UpstreamConnection connection) {
        Promise<Channel> usable = loop.newPromise();
        ChannelFuture connected =
                new Bootstrap()
                        .group(loop)
                        .channelFactory(transport::newClientChannel)
                        .resolver(resolver)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        .option(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new AdaptiveRecvByteBufAllocator()
                                        .maxMessagesPerRead(MAX_READS_PER_LOOP))
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                        .handler(new UpstreamInitializer(address, connection))
                        .connect(address.host(), address.port());
        connected.addListener(future -> {
            if (future.isSuccess() && address.tls()) {
                Future<?> handshake =
                        connected.channel().pipeline().get(SslHandler.class).handshakeFuture();
                handshake.addListener(secured -> tell(usable, connected.channel(), secured));
            } else {
                tell(usable, connected.channel(), future);
            }
        });
        return usable;
    }

    private static void tell(Promise<Channel> usable, Channel channel, Future<?> done) {
        if (done.isSuccess()) {
            usable.setSuccess(channel);
        } else {
            usable.setFailure(done.cause());
        }
    }

    /** The provider's side of the gateway: TLS where the address wants it, then the connection. */
    private final class UpstreamInitializer extends ChannelInitializer<Channel> {

        private final UpstreamAddress address;
        private final @Nullable UpstreamConnection connection;

        UpstreamInitializer(UpstreamAddress address, @Nullable UpstreamConnection connection) {
            this.address = address;
            this.connection = connection;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (address.tls()) {
                SslHandler handler =
                        tls.newHandler(channel.alloc(), address.host(), address.port());
                handler.setHandshakeTimeoutMillis(connectMillis);
                channel.pipeline().addLast("tls", handler);
            }
            if (connection != null) {
                channel.pipeline().addLast("connection", connection);
            }
        }
    }
}
