package io.sluice.bench.load;

import java.util.Arrays;
import java.util.Locale;

/**
 * The usual percentiles of one measure, in nanoseconds; all zero where nothing was measured.
 *
 * @param count how many values there were
 */
public record Spread(long count, double mean, long p50, long p90, long p99, long p999, long max) {

    /** A percentile by its name: p50, p90, p99, p99.9, max or mean. */
    public double of(String name) {
        return switch (name) {
            case "mean" -> mean;
            case "p50" -> p50;
            case "p90" -> p90;
            case "p99" -> p99;
            case "p99.9" -> p999;
            case "max" -> max;
            default -> throw new IllegalArgumentException("no such percentile: " + name);
        };
    }

    /** A time as people write it. */
    public static String text(long nanos) {
        return text((double) nanos);
    }

    /** A time as people write it. */
    public static String text(double nanos) {
        double size = Math.abs(nanos);
        if (size < 1e6) {
            return String.format(Locale.ROOT, "%.1f µs", nanos / 1e3);
        }
        return size < 1e9
                ? String.format(Locale.ROOT, "%.2f ms", nanos / 1e6)
                : String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
    }

    /** The median of values, of an even number the mean of the middle two; NaN of none. */
    public static double median(double... values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
