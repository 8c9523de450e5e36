package io.sluice.transport.exchange;

import io.sluice.message.Endpoint;
import io.sluice.routing.AttemptPlan;
import io.sluice.routing.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request and the targets that may serve it.
 *
 * @param group the name under which its model was found: an alias stands for another, a pattern for
 *     many; {@code null} where it is not listed any more
 * @param captured what the caller's model name had in place of the route's stars
 */
public record RoutedRequest(
        GatewayRequest request, AttemptPlan plan, @Nullable String group, List<String> captured) {

    /** Whether a target can be asked for {@code endpoint}, in its own dialect or translated. */
    public static boolean canServe(Target target, Endpoint endpoint) {
        return target.provider().serves(endpoint)
                || (!target.speaks(endpoint.dialect()) && ForeignCall.isPossible(endpoint, target));
    }
}
