package io.sluice.telemetry;

import java.util.concurrent.atomic.AtomicLongArray;

/** A fixed row of counters with one writer. Read by any thread. */
final class Counters {

    /*
     * The writer reads plainly what only it writes, and publishes with an opaque store: on the
     * hardware in question a plain move, yet never torn and never held back. A reader sees each
     * counter grow in order; between two counters nothing is promised.
     *
     * A cache line of padding at either end keeps one loop's counters off the line that another
     * loop writes.
     */

    private static final int PADDING = 16;

    private final AtomicLongArray values;

    Counters(int size) {
        this.values = new AtomicLongArray(size + 2 * PADDING);
    }

    /** Writer only. */
    void add(int index, long delta) {
        int slot = PADDING + index;
        values.setOpaque(slot, values.getPlain(slot) + delta);
    }

    long value(int index) {
        return values.getOpaque(PADDING + index);
    }
}
