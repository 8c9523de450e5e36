package io.sluice.transport.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.admission.Admission;
import io.sluice.admission.BodyDemand;
import io.sluice.admission.Demand;
import io.sluice.admission.Levels;
import io.sluice.admission.Permit;
import io.sluice.admission.RateHeaders;
import io.sluice.admission.RateStatus;
import io.sluice.admission.Refusal;
import io.sluice.config.PriceSettings;
import io.sluice.error.GatewayException;
import io.sluice.price.Price;
import io.sluice.routing.Target;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.LoopResources;
import io.sluice.transport.exchange.RoutedRequest;
import java.util.List;

/**
 * Room 3: takes what a call may use from the limits and budgets of all that it is charged to, and
 * gives it a {@link Permit}.
 *
 * <p>Stands behind the room that finds targets, since what a call may cost depends on their prices.
 * Confined to one event loop.
 */
@Sharable
final class AdmissionHandler extends ChannelInboundHandlerAdapter {

    private final LoopResources resources;
    private final Levels levels = new Levels();
    private final Demand demand = new Demand();
    private final RateStatus status = new RateStatus();

    AdmissionHandler(LoopResources resources) {
        this.resources = resources;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        RoutedRequest routed = (RoutedRequest) msg;
        try {
            admit(routed);
        } catch (GatewayException e) {
            routed.request().releaseBody();
            throw e;
        }
        ctx.fireChannelRead(msg);
    }

    private void admit(RoutedRequest routed) {
        GatewayRequest request = routed.request();
        Admission admission = resources.admission();
        List<Target> targets = routed.plan().targets();
        long nowNanos = resources.ticker().nowNanos();
        CallLevels.ofCall(levels, admission.accounts(), request, targets, nowNanos);
        describe(routed, targets);
        switch (admission.admit(levels, demand, nowNanos, request.nowMillis(nowNanos))) {
            case Permit permit -> request.admit(permit, resources.ticker());
            case Refusal refusal ->
                    throw request.refuse(
                            refusal,
                            RateHeaders.lines(
                                    request.dialect(),
                                    levels.accounts(),
                                    status,
                                    nowNanos,
                                    request.nowMillis(nowNanos)));
        }
    }

    private void describe(RoutedRequest routed, List<Target> targets) {
        GatewayRequest request = routed.request();
        ByteBuf body = request.body();
        BodyDemand.describe(
                demand, request.endpoint(), request.fields(), body, levels.hasHardBudget());
        boolean isFree =
                request.snapshot().settings().prices().unknown() == PriceSettings.Unknown.ZERO;
        for (int i = 0; i < targets.size(); i++) {
            Target target = targets.get(i);
            Price price =
                    target.isUsable()
                            ? target.prices().find(target.modelFor(routed.captured()))
                            : null;
            if (target.isUsable() && (price != null || !isFree)) {
                demand.addPrice(price);
            }
        }
    }
}
