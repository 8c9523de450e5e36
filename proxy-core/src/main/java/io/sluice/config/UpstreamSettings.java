package io.sluice.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the gateway keeps its connections to providers.
 *
 * @param connectionsPerTarget open connections to one target, over all event loops; in HTTP/2 each
 *     call at the same time counts as one
 * @param idle how long an unused connection is kept
 * @param lifetime how long a connection is used at most
 * @param waiting calls that may wait for a connection of one target
 * @param trustedCertificates PEM file of the authorities that providers' certificates are checked
 *     against, or {@code null} for the system's
 */
public record UpstreamSettings(
        int connectionsPerTarget,
        Duration idle,
        Duration lifetime,
        int waiting,
        @Nullable Path trustedCertificates,
        Http2 http2) {

    /** Which providers are spoken to in HTTP/2. */
    public enum Http2 {
        /** None. */
        NEVER,
        /** Those that agree on it in the handshake of TLS (RFC 7301). */
        TLS,
        /** These, and without TLS all (RFC 9113, 3.3: with prior knowledge). */
        ALWAYS
    }

    public static final UpstreamSettings DEFAULT =
            new UpstreamSettings(
                    20_000, Duration.ofSeconds(60), Duration.ofHours(1), 1_000, null, Http2.NEVER);
}
