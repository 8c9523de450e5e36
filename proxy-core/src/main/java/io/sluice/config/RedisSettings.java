package io.sluice.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The Redis by which several gateways count rate limits together.
 *
 * @param url {@code redis://} or {@code rediss://}, with user and password where it has them;
 *     {@code null} where each process counts for itself
 * @param password over the one in the URL
 * @param whenAway what bounds calls while it cannot be reached
 * @param timeout for a connection, and for each answer
 * @param sliceThousandths how much of a limit a process may use ahead of the common count, in
 *     thousandths of the limit
 * @param trustedCertificates PEM file of the authorities of a {@code rediss://} server; {@code
 *     null} trusts the system's
 */
public record RedisSettings(
        @Nullable Secret url,
        @Nullable Secret password,
        WhenAway whenAway,
        Duration timeout,
        int sliceThousandths,
        @Nullable Path trustedCertificates) {

    /** What bounds calls while Redis cannot be reached. */
    public enum WhenAway {
        /** Each process counts for itself. */
        LOCAL,
        /** Calls that have a rate limit are answered with 503. */
        REFUSE
    }

    public static final RedisSettings NONE =
            new RedisSettings(null, null, WhenAway.LOCAL, Duration.ofSeconds(1), 100, null);
}
