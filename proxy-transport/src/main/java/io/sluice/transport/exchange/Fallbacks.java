package io.sluice.transport.exchange;

import io.sluice.config.FailureKind;
import io.sluice.config.FallbackSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The models that one call asks in the place of its own, each once.
 *
 * <p>Confined to the event loop of its call. Made when its own have failed.
 */
final class Fallbacks {

    /*
     * The list is that of the model the caller named, whatever it is that fails later: a fallback's
     * own list is not followed, so that an operator can see from one line where a call may go. The
     * kind of each failure says which list is looked at, and no model is asked twice.
     */

    private final GatewayRequest request;
    private final FallbackRouter router;
    private final FallbackSettings settings;
    private final String model;
    private final List<String> asked = new ArrayList<>();

    /**
     * The fallbacks of a call.
     *
     * @param model under which its settings stand
     */
    Fallbacks(
            GatewayRequest request,
            FallbackRouter router,
            FallbackSettings settings,
            String model) {
        this.request = request;
        this.router = router;
        this.settings = settings;
        this.model = model;
        asked.add(model);
    }

    /** The call at the next model that can serve it, {@code null} if there is none. */
    @Nullable RoutedRequest next(FailureKind kind) {
        for (String other : settings.of(kind, model)) {
            if (asked.size() > settings.max()) {
                return null;
            }
            if (!asked.contains(other)) {
                RoutedRequest routed = router.route(request, other);
                if (routed != null) {
                    asked.add(other);
                    request.setFallback(other);
                    request.setModelGroup(routed.group());
                    return routed;
                }
            }
        }
        return null;
    }
}
