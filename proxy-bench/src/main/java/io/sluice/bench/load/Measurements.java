package io.sluice.bench.load;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What one run measured. Written by the event loop that makes the load, read when that has ended.
 */
public final class Measurements {

    private static final long HIGHEST_NANOS = TimeUnit.HOURS.toNanos(2);
    private static final int DIGITS = 3;

    private final Map<Measure, Histogram> histograms = new EnumMap<>(Measure.class);
    private final Map<Outcome, long[]> outcomes = new EnumMap<>(Outcome.class);
    private long events;
    private long bytes;
    private long good;
    private long started;
    private long connects;
    private long largestBacklog;
    private long nanos;

    public Measurements() {
        for (Measure measure : Measure.values()) {
            histograms.put(measure, new Histogram(1, HIGHEST_NANOS, DIGITS));
        }
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, new long[1]);
        }
    }

    /** Takes one value; what is below zero counts as zero, what is above two hours as that. */
    public void record(Measure measure, long valueNanos) {
        histogram(measure).recordValue(Math.clamp(valueNanos, 0, HIGHEST_NANOS));
    }

    private Histogram histogram(Measure measure) {
        return Objects.requireNonNull(histograms.get(measure));
    }

    private long[] counter(Outcome outcome) {
        return Objects.requireNonNull(outcomes.get(outcome));
    }

    void onStart() {
        started++;
    }

    void onConnect() {
        connects++;
    }

    void onEvent() {
        events++;
    }

    void onBytes(int count) {
        bytes += count;
    }

    void onBacklog(int waiting) {
        largestBacklog = Math.max(largestBacklog, waiting);
    }

    /** Counts a call's end. */
    public void onEnd(Outcome outcome, boolean withinLimits) {
        counter(outcome)[0]++;
        if (outcome == Outcome.SERVED && withinLimits) {
            good++;
        }
    }

    void tookNanos(long more) {
        nanos += more;
    }

    /** Adds what another run measured. */
    public void add(Measurements other) {
        for (Measure measure : Measure.values()) {
            histogram(measure).add(other.histogram(measure));
        }
        for (Outcome outcome : Outcome.values()) {
            counter(outcome)[0] += other.counter(outcome)[0];
        }
        events += other.events;
        bytes += other.bytes;
        good += other.good;
        started += other.started;
        connects += other.connects;
        largestBacklog = Math.max(largestBacklog, other.largestBacklog);
        nanos += other.nanos;
    }

    /** The percentiles of a measure. */
    public Spread spread(Measure measure) {
        Histogram values = histogram(measure);
        return values.getTotalCount() == 0
                ? new Spread(0, 0, 0, 0, 0, 0, 0)
                : new Spread(
                        values.getTotalCount(),
                        values.getMean(),
                        values.getValueAtPercentile(50),
                        values.getValueAtPercentile(90),
                        values.getValueAtPercentile(99),
                        values.getValueAtPercentile(99.9),
                        values.getMaxValue());
    }

    /** The value below which {@code percentile} percent lie. */
    public long percentile(Measure measure, double percentile) {
        return histogram(measure).getValueAtPercentile(percentile);
    }

    public long count(Outcome outcome) {
        return counter(outcome)[0];
    }

    /** Calls that have ended, however. */
    public long ended() {
        return outcomes.values().stream().mapToLong(count -> count[0]).sum();
    }

    /** Calls that were not served as expected. */
    public long failed() {
        return ended() - count(Outcome.SERVED);
    }

    /** Events of streams, or answers that are none. */
    public long events() {
        return events;
    }

    /** Bytes of payload. */
    public long bytes() {
        return bytes;
    }

    /** Calls that were served within the limits. */
    public long good() {
        return good;
    }

    public long started() {
        return started;
    }

    /** Connections that were opened. */
    public long connects() {
        return connects;
    }

    /** The most calls that waited for a connection at once. */
    public long largestBacklog() {
        return largestBacklog;
    }

    /** How long it was measured. */
    public double seconds() {
        return nanos / 1e9;
    }
}
