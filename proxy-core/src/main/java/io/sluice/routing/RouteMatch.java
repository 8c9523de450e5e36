package io.sluice.routing;

import java.util.List;

/**
 * A route found for a model name. Immutable.
 *
 * @param captured what stood in place of the route's stars
 */
public record RouteMatch(Route route, List<String> captured) {}
