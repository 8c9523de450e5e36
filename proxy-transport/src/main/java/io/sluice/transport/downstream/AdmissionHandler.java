package io.sluice.transport.downstream;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.admission.Admission;
import io.sluice.admission.Demand;
import io.sluice.admission.Levels;
import io.sluice.admission.Permit;
import io.sluice.admission.Refusal;
import io.sluice.error.GatewayException;
import io.sluice.transport.exchange.CallDemand;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.LoopResources;
import io.sluice.transport.exchange.RoutedRequest;
import org.jspecify.annotations.Nullable;

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
        Refusal refusal = tryAdmit(routed);
        if (refusal != null) {
            GatewayRequest request = routed.request();
            long nowNanos = resources.ticker().nowNanos();
            throw request.refuse(
                    refusal,
                    resources
                            .admission()
                            .rateLines(
                                    request.dialect(),
                                    levels,
                                    nowNanos,
                                    request.nowMillis(nowNanos)));
        }
    }

    /**
     * Gives a call its permit.
     *
     * @return why not, or {@code null}
     */
    @Nullable Refusal tryAdmit(RoutedRequest routed) {
        GatewayRequest request = routed.request();
        Admission admission = resources.admission();
        long nowNanos = resources.ticker().nowNanos();
        request.setModelGroup(routed.group());
        CallLevels.ofCall(levels, admission.accounts(), request, routed.group(), nowNanos);
        CallDemand.describe(demand, routed, levels.hasHardBudget());
        return switch (admission.admit(levels, demand, nowNanos, request.nowMillis(nowNanos))) {
            case Permit permit -> {
                request.admit(permit, resources.ticker());
                yield null;
            }
            case Refusal refusal -> refusal;
        };
    }
}
