package io.sluice.telemetry;

/** Durations counted by size, with one writer. Read by any thread. */
final class Histogram {

    private final long[] boundsNanos;
    private final Counters counts;

    /**
     * A histogram that has counted nothing.
     *
     * @param boundsNanos inclusive upper bounds, ascending; kept, not copied
     */
    Histogram(long[] boundsNanos) {
        this.boundsNanos = boundsNanos;
        this.counts = new Counters(boundsNanos.length + 2);
    }

    /** Counts one duration; one below zero counts as zero. Writer only. */
    void record(long nanos) {
        long duration = Math.max(0, nanos);
        int bucket = 0;
        while (bucket < boundsNanos.length && duration > boundsNanos[bucket]) {
            bucket++;
        }
        counts.add(bucket, 1);
        counts.add(sumIndex(), duration);
    }

    boolean isEmpty() {
        HistogramTotal total = newTotal();
        addTo(total);
        return total.count() == 0;
    }

    /** Adds what is counted here to {@code total}. */
    void addTo(HistogramTotal total) {
        for (int bucket = 0; bucket <= boundsNanos.length; bucket++) {
            total.add(bucket, counts.value(bucket));
        }
        total.addSum(counts.value(sumIndex()));
    }

    HistogramTotal newTotal() {
        return new HistogramTotal(boundsNanos);
    }

    private int sumIndex() {
        return boundsNanos.length + 1;
    }
}
