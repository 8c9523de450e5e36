package io.sluice.transport.admin;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.Executor;

/** The operator's side of the gateway, in the order in which a request meets it. */
final class AdminInitializer extends ChannelInitializer<Channel> {

    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final int IDLE_SECONDS = 60;

    private final AdminRoutes routes;
    private final Executor workers;
    private final ChannelGroup connections;
    private final int maxConnections;

    AdminInitializer(
            AdminRoutes routes, Executor workers, ChannelGroup connections, int maxConnections) {
        this.routes = routes;
        this.workers = workers;
        this.connections = connections;
        this.maxConnections = maxConnections;
    }

    @Override
    protected void initChannel(Channel channel) {
        if (connections.size() >= maxConnections) {
            channel.close();
            return;
        }
        connections.add(channel);
        channel.pipeline()
                .addLast("idle", new IdleStateHandler(0, 0, IDLE_SECONDS))
                .addLast("http-codec", new HttpServerCodec())
                .addLast("keep-alive", new HttpServerKeepAliveHandler())
                .addLast("body-limit", new BodyAggregator(MAX_BODY_BYTES))
                .addLast("one-at-a-time", new FlowControlHandler())
                .addLast("admin", new AdminHandler(routes, workers));
    }
}
