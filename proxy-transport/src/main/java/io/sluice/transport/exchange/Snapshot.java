package io.sluice.transport.exchange;

import io.sluice.admission.Throttle;
import io.sluice.auth.KeyTable;
import io.sluice.config.Settings;
import io.sluice.routing.RouteTable;

/**
 * What the gateway goes by: settings, keys, routes. Immutable; a change makes another one, and a
 * call keeps the one it began with.
 */
public record Snapshot(Settings settings, KeyTable keys, RouteTable routes, Throttle throttle) {

    public Snapshot(Settings settings, KeyTable keys, RouteTable routes) {
        this(settings, keys, routes, new Throttle(settings.limits().throttleAbove()));
    }

    /** The same keys and routes under other settings. */
    public Snapshot with(Settings other) {
        return new Snapshot(other, keys, routes);
    }
}
