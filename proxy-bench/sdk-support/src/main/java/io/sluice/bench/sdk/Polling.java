package io.sluice.bench.sdk;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Looking at other processes until something is so. */
public final class Polling {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = 5_000_000;

    private Polling() {}

    /**
     * Returns once {@code isSo}, within thirty seconds.
     *
     * @param otherwise what is said where it never becomes so
     * @throws AssertionError if it does not become so in time
     */
    public static void await(BooleanSupplier isSo, Supplier<String> otherwise) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not so in time: " + otherwise.get());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
