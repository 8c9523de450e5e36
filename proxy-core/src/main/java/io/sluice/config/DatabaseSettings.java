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
 * @param retention how long the rows of calls are kept; {@code null} for ever
 */
public record DatabaseSettings(
        @Nullable Secret url,
        Duration serveStale,
        @Nullable Secret saltKey,
        @Nullable Duration retention) {

    public static final DatabaseSettings DEFAULT =
            new DatabaseSettings(null, Duration.ofMinutes(10), null);

    /** Where rows are kept for ever. */
    public DatabaseSettings(@Nullable Secret url, Duration serveStale, @Nullable Secret saltKey) {
        this(url, serveStale, saltKey, null);
    }
}
