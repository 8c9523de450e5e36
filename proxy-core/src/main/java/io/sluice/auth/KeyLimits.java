package io.sluice.auth;

import java.time.Duration;

/**
 * How long, and how much, the process remembers of keys.
 *
 * @param entries known keys, and unknown ones, at most
 * @param known how long what the database said of a key is taken for true without asking again
 * @param unknown the same for a key that it knows not
 * @param stale how long known keys are served while the database is away
 * @param patience how long a call waits for the database
 * @param loads look-ups at the same time, at most
 */
public record KeyLimits(
        int entries,
        Duration known,
        Duration unknown,
        Duration stale,
        Duration patience,
        int loads) {

    public static final KeyLimits DEFAULT =
            new KeyLimits(
                    100_000,
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(10),
                    Duration.ofSeconds(3),
                    1_000);

    /** The same with another time to serve known keys while the database is away. */
    public KeyLimits withStale(Duration longer) {
        return new KeyLimits(entries, known, unknown, longer, patience, loads);
    }
}
