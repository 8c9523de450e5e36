package io.sluice.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How calls are spread and tried again.
 *
 * @param retries further attempts after the first
 * @param timeout bounds a plain call where its model says nothing
 * @param streamTimeout bounds the wait for a stream's first byte where its model says nothing
 * @param retryAfter the least wait before another attempt at the same target
 */
public record RouterSettings(
        int retries,
        @Nullable Duration timeout,
        @Nullable Duration streamTimeout,
        Duration retryAfter) {

    public static final RouterSettings DEFAULT = new RouterSettings(2, null, null, Duration.ZERO);

    /** The same with another number of retries. */
    public RouterSettings withRetries(int count) {
        return new RouterSettings(count, timeout, streamTimeout, retryAfter);
    }
}
