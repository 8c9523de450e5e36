package io.sluice.config;

import java.time.Duration;
import java.util.List;

/**
 * Which web pages may call the gateway.
 *
 * @param allowedOrigins origins that are allowed, {@code *} for all; empty switches CORS off
 * @param maxAge how long a browser may keep the answer
 */
public record CorsSettings(List<String> allowedOrigins, Duration maxAge) {

    public static final CorsSettings DEFAULT = new CorsSettings(List.of(), Duration.ofHours(24));

    public CorsSettings {
        allowedOrigins = List.copyOf(allowedOrigins);
    }
}
