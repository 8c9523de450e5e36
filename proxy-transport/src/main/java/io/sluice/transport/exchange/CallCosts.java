package io.sluice.transport.exchange;

import io.sluice.config.PriceSettings;
import io.sluice.message.CallFields;
import io.sluice.message.Endpoint;
import io.sluice.price.CallCost;
import io.sluice.price.Cost;
import io.sluice.price.Price;
import io.sluice.usage.Usage;

/** What attempts cost by the prices of their targets. */
final class CallCosts {

    private CallCosts() {}

    /**
     * The cost of an attempt. Counting tokens costs nothing, nor does whatever is done to a stored
     * response, which was paid for when it was made. What a response costs that is made in the
     * background is not known when its call ends.
     *
     * @param status what the provider answered, 0 where it said nothing
     */
    static CallCost of(GatewayRequest request, Attempt attempt, Usage usage, int status) {
        Endpoint endpoint = request.endpoint();
        if (endpoint != null && endpoint.isFree()) {
            return CallCost.FREE;
        }
        if (isUnderWay(request, usage)) {
            return CallCost.UNMEASURED;
        }
        Price price = attempt.target().prices().find(attempt.model());
        boolean isFree =
                request.snapshot().settings().prices().unknown() == PriceSettings.Unknown.ZERO;
        CallCost cost = Cost.ofCall(price, usage, isFree);
        boolean isUnserved = status == 0 || status >= 400;
        return cost.state() == CallCost.State.UNPRICED
                        && usage.origin() == Usage.Origin.NONE
                        && isUnserved
                ? CallCost.UNMEASURED
                : cost;
    }

    /** What was used by a response that was made in the background. */
    static CallCost ofWork(GatewayRequest request, AttemptReport attempt, Usage usage) {
        boolean isFree =
                request.snapshot().settings().prices().unknown() == PriceSettings.Unknown.ZERO;
        return Cost.ofCall(attempt.target().prices().find(attempt.model()), usage, isFree);
    }

    /** Whether a call has ended whose response is still being made. */
    static boolean isUnderWay(GatewayRequest request, Usage usage) {
        CallFields fields = request.fields();
        return fields != null && fields.isBackground() && usage.origin() == Usage.Origin.ESTIMATED;
    }
}
