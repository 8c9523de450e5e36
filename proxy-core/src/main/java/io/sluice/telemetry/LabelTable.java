package io.sluice.telemetry;

import io.sluice.message.Endpoint;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Numbers the label sets that have been seen, up to a bound. Safe for any thread. */
final class LabelTable {

    /*
     * Open addressing over a power of two, at most half full, and nothing is ever removed, so a
     * slot's index is the label set's number for good. Every event loop looks up in the one table:
     * reads share its cache lines, and a write happens once in a label set's life. The bound thus
     * holds for the process, and a label set that was granted to one loop is granted to all.
     *
     * A place is reserved before a slot is claimed. Two loops that meet a new label set at once
     * reach the same slot; the loser finds its own labels there and gives its place back.
     */

    /** The number of every label set that found no place. */
    static final int OVERFLOW = -1;

    private final AtomicReferenceArray<@Nullable CallLabels> slots;
    private final AtomicInteger taken = new AtomicInteger();
    private final int capacity;

    LabelTable(int capacity) {
        this.capacity = capacity;
        this.slots = new AtomicReferenceArray<>(Integer.highestOneBit(capacity + 1) * 4);
    }

    /** One more than the highest number. */
    int slots() {
        return slots.length();
    }

    @Nullable CallLabels find(int number) {
        return slots.getAcquire(number);
    }

    /** The number of a label set, or {@link #OVERFLOW}. Allocates only for one that is new. */
    int number(@Nullable Endpoint endpoint, @Nullable String model, @Nullable String provider) {
        int mask = slots.length() - 1;
        int slot = CallLabels.hash(endpoint, model, provider) & mask;
        for (; ; slot = (slot + 1) & mask) {
            CallLabels labels = slots.getAcquire(slot);
            if (labels == null) {
                labels = claim(slot, endpoint, model, provider);
            }
            if (labels == null) {
                return OVERFLOW;
            }
            if (labels.matches(endpoint, model, provider)) {
                return slot;
            }
        }
    }

    /** What is in the slot now, or {@code null} where the table is full. */
    private @Nullable CallLabels claim(
            int slot,
            @Nullable Endpoint endpoint,
            @Nullable String model,
            @Nullable String provider) {
        if (taken.getPlain() >= capacity || !reserve()) {
            return null;
        }
        CallLabels fresh = new CallLabels(endpoint, model, provider);
        CallLabels witness = slots.compareAndExchange(slot, null, fresh);
        if (witness == null) {
            return fresh;
        }
        taken.decrementAndGet();
        return witness;
    }

    private boolean reserve() {
        if (taken.incrementAndGet() <= capacity) {
            return true;
        }
        taken.decrementAndGet();
        return false;
    }
}
