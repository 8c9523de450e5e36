package io.sluice.admission;

import java.util.Arrays;

/**
 * How much was used in each of some slots of a rate window, in the order in which they were added.
 * For one thread at a time.
 */
public final class SlotCounts {

    private static final int FIRST_LENGTH = 8;

    private long[] slots = new long[FIRST_LENGTH];
    private long[] counts = new long[FIRST_LENGTH];
    private int size;

    /** Adds one; returns itself. */
    public SlotCounts add(long slot, long count) {
        if (size == slots.length) {
            slots = Arrays.copyOf(slots, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
        }
        slots[size] = slot;
        counts[size++] = count;
        return this;
    }

    public int size() {
        return size;
    }

    /** The number of a slot, in the time that all processes share. */
    public long slot(int at) {
        return slots[at];
    }

    public long count(int at) {
        return counts[at];
    }
}
