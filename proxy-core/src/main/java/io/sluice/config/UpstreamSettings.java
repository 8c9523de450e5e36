package io.sluice.config;

import java.time.Duration;

/**
 * How the gateway keeps its connections to providers.
 *
 * @param connectionsPerTarget open connections to one target, over all event loops
 * @param idle how long an unused connection is kept
 * @param lifetime how long a connection is used at most
 * @param waiting calls that may wait for a connection of one target
 */
public record UpstreamSettings(
        int connectionsPerTarget, Duration idle, Duration lifetime, int waiting) {

    public static final UpstreamSettings DEFAULT =
            new UpstreamSettings(20_000, Duration.ofSeconds(60), Duration.ofHours(1), 1_000);
}
