package io.sluice.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where keys and records are kept.
 *
 * @param url of a PostgreSQL database; {@code null} keeps them in the state folder
 * @param serveStale how long known keys are served while the database is away
 * @param saltKey the secret of stored digests and sealed credentials; {@code null} takes the one in
 *     the state folder, which is made if it is not there
 * @param encryptionKey seals credentials instead of a key derived from the salt key: the Base64 of
 *     32 bytes
 * @param keepExpiredKeys how long a key is kept after its time, so that its callers are told so
 * @param retention how long the rows of calls are kept; {@code null} for ever
 * @param leaseIdle how long nothing of a slice of a hard budget is used before it is given back to
 *     the processes that share it
 */
public record DatabaseSettings(
        @Nullable Secret url,
        Duration serveStale,
        @Nullable Secret saltKey,
        @Nullable Secret encryptionKey,
        Duration keepExpiredKeys,
        @Nullable Duration retention,
        Duration leaseIdle) {

    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final Duration MONTH = Duration.ofDays(30);

    public static final DatabaseSettings DEFAULT =
            new DatabaseSettings(null, Duration.ofMinutes(10), null);

    /** Where credentials are sealed under a derived key, and rows are kept for ever. */
    public DatabaseSettings(@Nullable Secret url, Duration serveStale, @Nullable Secret saltKey) {
        this(url, serveStale, saltKey, null);
    }

    /** Where credentials are sealed under a derived key. */
    public DatabaseSettings(
            @Nullable Secret url,
            Duration serveStale,
            @Nullable Secret saltKey,
            @Nullable Duration retention) {
        this(url, serveStale, saltKey, null, MONTH, retention, IDLE);
    }
}
