package io.sluice.transport.exchange;

import io.sluice.routing.AttemptPlan;
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
        GatewayRequest request, AttemptPlan plan, @Nullable String group, List<String> captured) {}
