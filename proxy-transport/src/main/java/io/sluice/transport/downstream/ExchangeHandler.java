package io.sluice.transport.downstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.transport.exchange.Exchange;
import io.sluice.transport.exchange.FallbackRouter;
import io.sluice.transport.exchange.LoopResources;
import io.sluice.transport.exchange.RoutedRequest;
import org.jspecify.annotations.Nullable;

/**
 * Room 5: begins an {@link Exchange} for each {@link RoutedRequest} and tells it what becomes of
 * the client.
 *
 * <p>Confined to its connection's event loop.
 */
final class ExchangeHandler extends ChannelInboundHandlerAdapter {

    private final LoopResources resources;
    private final FallbackRouter elsewhere;
    private @Nullable Exchange exchange;

    ExchangeHandler(LoopResources resources, FallbackRouter elsewhere) {
        this.resources = resources;
        this.elsewhere = elsewhere;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        Exchange begun = new Exchange((RoutedRequest) msg, resources, elsewhere);
        exchange = begun;
        begun.start();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Exchange told = exchange;
        if (told != null) {
            told.onWritabilityChanged();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        Exchange told = exchange;
        if (event == DrainEvent.END_NOW && told != null) {
            told.onShutdown();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Exchange told = exchange;
        exchange = null;
        if (told != null) {
            told.onClientGone();
        }
        ctx.fireChannelInactive();
    }
}
