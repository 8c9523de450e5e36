package io.sluice.transport.downstream;

import io.sluice.admission.Refusal;
import io.sluice.error.GatewayException;
import io.sluice.transport.exchange.FallbackRouter;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.RoutedRequest;
import org.jspecify.annotations.Nullable;

/**
 * Sends a call through the rooms of routing and admission once more, for another model.
 *
 * <p>Confined to its connection's event loop.
 */
final class Elsewhere implements FallbackRouter {

    private final RoutingHandler routing;
    private final AdmissionHandler admission;

    Elsewhere(RoutingHandler routing, AdmissionHandler admission) {
        this.routing = routing;
        this.admission = admission;
    }

    @Override
    public @Nullable RoutedRequest route(GatewayRequest request, String model) {
        if (!RoutingHandler.isFree(request)) {
            return null;
        }
        try {
            return routing.route(request, model);
        } catch (GatewayException _) {
            return null;
        }
    }

    /** The request itself counts once, and what it has used so far stays charged. */
    @Override
    public @Nullable Refusal admit(RoutedRequest routed) {
        routed.request().cancelPermit();
        return admission.tryAdmit(routed);
    }
}
