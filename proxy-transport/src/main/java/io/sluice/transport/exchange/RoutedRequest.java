package io.sluice.transport.exchange;

import io.sluice.message.Endpoint;
import io.sluice.routing.AttemptPlan;
import io.sluice.routing.Target;
import java.util.List;

/**
 * A request and the targets that may serve it.
 *
 * @param captured what the caller's model name had in place of the route's stars
 */
public record RoutedRequest(GatewayRequest request, AttemptPlan plan, List<String> captured) {

    /** Whether a target can be asked for {@code endpoint}, in its own dialect or translated. */
    public static boolean canServe(Target target, Endpoint endpoint) {
        return target.speaks(endpoint.dialect()) || ForeignCall.isPossible(endpoint, target);
    }
}
