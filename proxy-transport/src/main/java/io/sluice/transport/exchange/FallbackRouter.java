package io.sluice.transport.exchange;

import io.sluice.admission.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Finds another model's targets for a call whose own have failed, and admits the call to them.
 *
 * <p>Confined to the event loop of its call.
 */
public interface FallbackRouter {

    /** Knows no other model. */
    FallbackRouter NONE =
            new FallbackRouter() {
                @Override
                public @Nullable RoutedRequest route(GatewayRequest request, String model) {
                    return null;
                }

                @Override
                public @Nullable Refusal admit(RoutedRequest routed) {
                    return null;
                }
            };

    /**
     * The call as it would be at another model.
     *
     * @return {@code null} if its key may not use that model, or none of its targets can serve it
     */
    @Nullable RoutedRequest route(GatewayRequest request, String model);

    /**
     * Gives the call a permit for another model, in place of the one it has.
     *
     * @return why not, or {@code null}; if not, the call has none
     */
    @Nullable Refusal admit(RoutedRequest routed);
}
