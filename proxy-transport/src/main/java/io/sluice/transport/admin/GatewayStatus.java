package io.sluice.transport.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What runs here, for {@code GET /status}.
 *
 * @param version of the gateway
 * @param startedMillis when the process began to serve, in milliseconds of the epoch
 * @param generation which configuration is in force; the one of the start is 1
 * @param config the configuration's file, or {@code null} where there is none
 * @param listeners one URL for each
 * @param rateLimits who counts them: {@code per process}, or where several are to count together,
 *     {@code shared}, {@code local} or {@code refusing}
 */
public record GatewayStatus(
        String version,
        long startedMillis,
        long generation,
        @Nullable String config,
        List<String> listeners,
        String rateLimits) {

    public GatewayStatus {
        listeners = List.copyOf(listeners);
    }
}
