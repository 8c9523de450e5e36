package io.sluice.transport.downstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.sluice.admission.AddressRates;
import io.sluice.auth.Keys;
import io.sluice.auth.RequestCounts;
import io.sluice.config.LimitSettings;
import io.sluice.transport.exchange.LoopResources;
import io.sluice.transport.exchange.ResponseSink;
import io.sluice.transport.exchange.Snapshot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The client's side of the gateway, in the order a request meets it. */
public final class DownstreamInitializer extends ChannelInitializer<Channel> {

    private final Function<Channel, LoopResources> resources;
    private final Supplier<Snapshot> snapshots;
    private final Supplier<@Nullable SslContext> tls;
    private final ChannelGroup clients;
    private final PublicEndpoints publicEndpoints;
    private final Keys keys;
    private final RequestCounts counts;
    private final ManagementHandler.Door management;
    private final BooleanSupplier isDraining;
    private final ConnectionLimits connections;
    private final AddressRates addresses = new AddressRates(new SecureRandom().nextLong());
    private final BodyMemory memory;
    private final long handshakeMillis;
    private final Http2Upgrade http2;

    /**
     * The pipeline of every client.
     *
     * @param resources finds the resources of a channel's loop
     * @param tls asked for each connection: for a listener that speaks TLS, else {@code null}
     * @param clients holds every open client connection
     * @param keys of the database
     * @param counts the calls of these keys
     * @param isReady whether calls are served
     * @param isDraining whether the gateway is stopping
     * @param management answers management paths
     * @param bufferedBytes the bound of all request bodies together
     */
    public DownstreamInitializer(
            Function<Channel, LoopResources> resources,
            Supplier<Snapshot> snapshots,
            Supplier<@Nullable SslContext> tls,
            ChannelGroup clients,
            Keys keys,
            RequestCounts counts,
            BooleanSupplier isReady,
            BooleanSupplier isDraining,
            ManagementHandler.Door management,
            long bufferedBytes,
            String version) {
        this.resources = resources;
        this.snapshots = snapshots;
        this.tls = tls;
        this.clients = clients;
        this.keys = keys;
        this.counts = counts;
        this.publicEndpoints = new PublicEndpoints(isReady, version);
        this.management = management;
        this.isDraining = isDraining;
        LimitSettings limits = snapshots.get().settings().limits();
        this.connections =
                new ConnectionLimits(limits.connections(), limits.connectionsPerAddress());
        this.memory = new BodyMemory(bufferedBytes);
        this.http2 = new Http2Upgrade(resources, snapshots, this::addRooms);
        this.handshakeMillis = snapshots.get().settings().timeouts().clientHead().toMillis();
    }

    @Override
    protected void initChannel(Channel channel) {
        InetAddress address = address(channel);
        if (!connections.enter(address)) {
            channel.close();
            return;
        }
        channel.closeFuture().addListener(_ -> connections.leave(address));
        clients.add(channel);
        LoopResources own = resources.apply(channel);
        ResponseEncoder encoder = new ResponseEncoder(isDraining);
        RequestDecoder decoder = new RequestDecoder(own, snapshots, encoder, http2);
        encoder.setDecoder(decoder);
        ChannelPipeline pipeline = channel.pipeline();
        SslContext context = tls.get();
        if (context != null) {
            SslHandler handler = context.newHandler(channel.alloc());
            handler.setHandshakeTimeout(handshakeMillis, TimeUnit.MILLISECONDS);
            pipeline.addLast(Stages.TLS, handler);
        }
        pipeline.addLast(Stages.REQUEST_DECODER, decoder).addLast(Stages.RESPONSE_ENCODER, encoder);
        addRooms(pipeline, own, decoder, encoder);
    }

    private void addRooms(
            ChannelPipeline pipeline, LoopResources own, RequestIntake intake, ResponseSink sink) {
        RoutingHandler routing = new RoutingHandler(own);
        AdmissionHandler admission = new AdmissionHandler(own);
        pipeline.addLast(Stages.PUBLIC_ENDPOINTS, publicEndpoints)
                .addLast(Stages.ADDRESS_LIMIT, addressLimit(pipeline.channel(), own))
                .addLast(Stages.AUTHENTICATION, new AuthenticationHandler(own, intake, keys))
                .addLast(Stages.LOCAL_ENDPOINTS, new LocalEndpoints(own, management))
                .addLast(Stages.PRECHECK, new PrecheckHandler(own))
                .addLast(Stages.REQUEST_ASSEMBLER, new RequestAssembler(own, memory))
                .addLast(Stages.MANAGEMENT, new ManagementHandler(own, management))
                .addLast(Stages.RESPONSE_LOOKUP, new ResponseLookupHandler(own))
                .addLast(Stages.ROUTING, routing)
                .addLast(Stages.ADMISSION, admission)
                .addLast(Stages.REQUEST_COUNT, new RequestCountHandler(counts))
                .addLast(
                        Stages.EXCHANGE,
                        new ExchangeHandler(own, new Elsewhere(routing, admission)))
                .addLast(Stages.ERRORS, new ErrorHandler(own, intake, sink));
    }

    private AddressLimitHandler addressLimit(Channel client, LoopResources own) {
        return new AddressLimitHandler(own, addresses, AddressRates.key(address(client)));
    }

    private static InetAddress address(Channel client) {
        return ((InetSocketAddress) client.remoteAddress()).getAddress();
    }

    /** Bytes of request bodies held at this moment. */
    public long bufferedBytes() {
        return memory.heldBytes();
    }

    /** Client connections open at this moment. */
    public int openConnections() {
        return connections.open();
    }
}
