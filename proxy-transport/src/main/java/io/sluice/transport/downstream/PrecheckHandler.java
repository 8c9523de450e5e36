package io.sluice.transport.downstream;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.admission.Admission;
import io.sluice.admission.Levels;
import io.sluice.admission.Refusal;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.LoopResources;

/**
 * Refuses a call whose limits or budgets are used up, before its body is read. Consumes nothing.
 *
 * <p>Confined to one event loop.
 */
@Sharable
final class PrecheckHandler extends ChannelInboundHandlerAdapter {

    private final LoopResources resources;
    private final Levels levels = new Levels();

    PrecheckHandler(LoopResources resources) {
        this.resources = resources;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof GatewayRequest request && request.endpoint() != null) {
            Admission admission = resources.admission();
            CallLevels.ofHead(levels, admission.accounts(), request);
            long nowNanos = resources.ticker().nowNanos();
            Refusal refusal = admission.precheck(levels, nowNanos, request.nowMillis(nowNanos));
            if (refusal != null) {
                throw request.refuse(
                        refusal,
                        admission.rateLines(
                                request.dialect(), levels, nowNanos, request.nowMillis(nowNanos)));
            }
        }
        ctx.fireChannelRead(msg);
    }
}
