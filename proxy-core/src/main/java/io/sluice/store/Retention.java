package io.sluice.store;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long rows are kept. Immutable. Sums are kept for ever.
 *
 * @param length {@code null} for ever
 */
public record Retention(@Nullable Duration length) {

    /** Everything is kept. */
    public static final Retention FOR_EVER = new Retention(null);

    /** The oldest day whose rows are kept, in days of the epoch. */
    int oldestDay(Instant now) {
        return length == null
                ? Integer.MIN_VALUE
                : Math.toIntExact(
                        TimeUnit.MILLISECONDS.toDays(now.minus(length).toEpochMilli()));
    }
}
