package io.sluice.bench.compare;

import java.util.concurrent.locks.LockSupport;

/** Waits while a load runs. */
final class Pause {

    private Pause() {}

    /** Returns after that time. */
    static void seconds(double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
