package io.sluice.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What was changed of the router's settings while the gateway runs; {@code null} for what was not.
 * Immutable.
 */
public record RouterChange(
        @Nullable String strategy,
        @Nullable Integer retries,
        @Nullable Integer allowedFails,
        @Nullable Duration cooldown) {

    /** Nothing was changed. */
    public static final RouterChange NONE = new RouterChange(null, null, null, null);

    /** This, and over it what {@code later} changes. */
    public RouterChange and(RouterChange later) {
        return new RouterChange(
                later.strategy == null ? strategy : later.strategy,
                later.retries == null ? retries : later.retries,
                later.allowedFails == null ? allowedFails : later.allowedFails,
                later.cooldown == null ? cooldown : later.cooldown);
    }

    /** Those settings, changed. */
    public Settings of(Settings settings) {
        return settings.withRouting(
                retries == null ? settings.router() : settings.router().withRetries(retries),
                strategy == null ? settings.routing() : settings.routing().withStrategy(strategy),
                settings.health().with(allowedFails, cooldown));
    }
}
