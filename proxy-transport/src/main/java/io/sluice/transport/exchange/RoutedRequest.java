package io.sluice.transport.exchange;

import io.sluice.routing.AttemptPlan;
import java.util.List;

/**
 * A request and the targets that may serve it.
 *
 * @param captured what the caller's model name had in place of the route's stars
 */
public record RoutedRequest(GatewayRequest request, AttemptPlan plan, List<String> captured) {}
