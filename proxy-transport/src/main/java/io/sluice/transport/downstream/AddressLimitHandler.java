package io.sluice.transport.downstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.admission.AddressRates;
import io.sluice.admission.Refusal;
import io.sluice.error.ErrorCode;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.LoopResources;

/**
 * Refuses a request whose client's address has sent as many as it may in a minute. Stands before
 * anybody asks whose it is, so that guessing keys is bounded too, and behind what anybody may ask.
 *
 * <p>Confined to its connection's event loop; the counts are those of all loops.
 */
final class AddressLimitHandler extends ChannelInboundHandlerAdapter {

    private final LoopResources resources;
    private final AddressRates rates;
    private final long address;

    /**
     * The stage of one client.
     *
     * @param address its {@link AddressRates#key}
     */
    AddressLimitHandler(LoopResources resources, AddressRates rates, long address) {
        this.resources = resources;
        this.rates = rates;
        this.address = address;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof GatewayRequest request) {
            Integer limit = request.snapshot().settings().limits().requestsPerMinutePerAddress();
            if (limit != null) {
                check(request, limit);
            }
        }
        ctx.fireChannelRead(msg);
    }

    private void check(GatewayRequest request, int limit) {
        long waitNanos = rates.take(address, limit, resources.ticker().nowNanos());
        if (waitNanos > 0) {
            resources.metrics().onCallStarted();
            String message = "this address may send %d requests per minute".formatted(limit);
            throw request.refuse(
                    new Refusal(ErrorCode.RATE_LIMIT_EXCEEDED, message, waitNanos), "");
        }
    }
}
