package io.sluice.transport.exchange;

import java.util.concurrent.TimeUnit;

/**
 * A call's place among those that wait for room in the ledger, for ten seconds at most.
 *
 * <p>Confined to the event loop of its call.
 */
final class Parking {

    /** After which a call that waits looks again. */
    static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LoopResources resources;

    private boolean isParked;
    private long sinceNanos;

    Parking(LoopResources resources) {
        this.resources = resources;
    }

    /** Whether the call may wait, or go on waiting; it has a place then. */
    boolean enter(long nowNanos) {
        if (!isParked && resources.addParked()) {
            isParked = true;
            sinceNanos = nowNanos;
        }
        return isParked && nowNanos - sinceNanos < MAX_NANOS;
    }

    boolean isParked() {
        return isParked;
    }

    /** Gives the place up. Without effect where there is none. */
    void leave() {
        if (isParked) {
            isParked = false;
            resources.removeParked();
        }
    }
}
