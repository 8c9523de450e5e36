package io.sluice.config;

import java.time.Duration;

/**
 * How streams behave towards the client.
 *
 * @param pingAfter silence after which the client gets a comment; zero means never
 * @param earlyCommit whether the response head may go out before the provider's first body byte
 */
public record StreamingSettings(Duration pingAfter, boolean earlyCommit) {

    public static final StreamingSettings DEFAULT =
            new StreamingSettings(Duration.ofSeconds(15), false);
}
