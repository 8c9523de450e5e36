package io.sluice.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long the gateway waits.
 *
 * @param connect for TCP and TLS to a provider together
 * @param firstByte from the request sent to the provider's first byte
 * @param betweenChunks between two reads from a provider
 * @param total for the whole call; {@code null} means no limit
 * @param drain for running calls after SIGTERM
 * @param clientHead for a client to send a whole head once it has begun
 * @param clientBody for a client to send its body
 * @param clientIdle for a client to send another request on an open connection
 */
public record TimeoutSettings(
        Duration connect,
        Duration firstByte,
        Duration betweenChunks,
        @Nullable Duration total,
        Duration drain,
        Duration clientHead,
        Duration clientBody,
        Duration clientIdle) {

    public static final TimeoutSettings DEFAULT =
            new TimeoutSettings(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(300),
                    Duration.ofSeconds(300),
                    null,
                    Duration.ofMinutes(10),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(75));
}
