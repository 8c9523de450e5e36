package io.sluice.telemetry;

/** One reading of a histogram over all event loops. Confined to the reader. */
public final class HistogramTotal {

    private final long[] boundsNanos;
    private final long[] counts;
    private long sumNanos;

    HistogramTotal(long[] boundsNanos) {
        this.boundsNanos = boundsNanos;
        this.counts = new long[boundsNanos.length + 1];
    }

    /** The number of buckets; the last one has no bound. */
    public int buckets() {
        return counts.length;
    }

    /** The inclusive upper bound of a bucket but the last. */
    public long boundNanos(int bucket) {
        return boundsNanos[bucket];
    }

    /** How many durations fell into this bucket alone. */
    public long count(int bucket) {
        return counts[bucket];
    }

    /** How many durations there were. */
    public long count() {
        long count = 0;
        for (long bucket : counts) {
            count += bucket;
        }
        return count;
    }

    public long sumNanos() {
        return sumNanos;
    }

    void add(int bucket, long count) {
        counts[bucket] += count;
    }

    void addSum(long nanos) {
        sumNanos += nanos;
    }
}
