package io.sluice.transport.exchange;

import io.sluice.config.PriceSettings;
import io.sluice.message.Endpoint;
import io.sluice.price.CallCost;
import io.sluice.price.Cost;
import io.sluice.price.Price;
import io.sluice.usage.Usage;

/** What attempts cost by the prices of their targets. */
final class CallCosts {

    private CallCosts() {}

    /**
     * The cost of an attempt. Whatever is done to a stored response costs nothing: it was paid for
     * when it was made.
     *
     * @param status what the provider answered, 0 where it said nothing
     */
    static CallCost of(GatewayRequest request, Attempt attempt, Usage usage, int status) {
        if (request.endpoint() == Endpoint.STORED_RESPONSE) {
            return CallCost.FREE;
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
}
