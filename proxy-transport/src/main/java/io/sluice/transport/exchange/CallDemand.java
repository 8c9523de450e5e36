package io.sluice.transport.exchange;

import io.sluice.admission.BodyDemand;
import io.sluice.admission.Demand;
import io.sluice.config.PriceSettings;
import io.sluice.price.Price;
import io.sluice.routing.Target;
import java.util.List;

/** Describes what a call may use of its targets. */
public final class CallDemand {

    private CallDemand() {}

    /**
     * What it may use of any of its targets.
     *
     * @param isExact whether a hard budget needs the largest amount
     * @throws io.sluice.error.GatewayException if a number that bounds the cost is not one
     */
    public static void describe(Demand demand, RoutedRequest routed, boolean isExact) {
        GatewayRequest request = routed.request();
        BodyDemand.describe(demand, request.endpoint(), request.fields(), request.body(), isExact);
        List<Target> targets = routed.plan().targets();
        for (int i = 0; i < targets.size(); i++) {
            addPrice(demand, request, targets.get(i), routed.captured());
        }
    }

    /** What it may use of one target. */
    static void describe(
            Demand demand,
            GatewayRequest request,
            Target target,
            List<String> captured,
            boolean isExact) {
        BodyDemand.describe(demand, request.endpoint(), request.fields(), request.body(), isExact);
        if (request.outputBound() > 0) {
            demand.stateOutput(request.outputBound());
        }
        addPrice(demand, request, target, captured);
    }

    private static void addPrice(
            Demand demand, GatewayRequest request, Target target, List<String> captured) {
        if (!target.isUsable()) {
            return;
        }
        Price price = target.prices().find(target.modelFor(captured));
        boolean isFree =
                request.snapshot().settings().prices().unknown() == PriceSettings.Unknown.ZERO;
        if (price != null || !isFree) {
            demand.addPrice(price);
        }
    }
}
