package io.sluice.telemetry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Everything that was read, by metric and label values. */
final class Reading implements MetricsReader {

    private final Map<String, Long> values = new HashMap<>();
    private final Map<String, HistogramTotal> histograms = new HashMap<>();
    private final List<Metric> order = new ArrayList<>();

    static Reading of(Metrics metrics) {
        Reading reading = new Reading();
        metrics.read(reading);
        return reading;
    }

    @Override
    public void onValue(Metric metric, List<String> labels, long value) {
        order.add(metric);
        put(values, metric, labels, value);
    }

    @Override
    public void onHistogram(Metric metric, List<String> labels, HistogramTotal total) {
        order.add(metric);
        put(histograms, metric, labels, total);
    }

    /** The value, 0 where it was not shown. */
    long value(Metric metric, String... labels) {
        return values.getOrDefault(key(metric, List.of(labels)), 0L);
    }

    HistogramTotal histogram(Metric metric, String... labels) {
        HistogramTotal total = histograms.get(key(metric, List.of(labels)));
        if (total == null) {
            throw new AssertionError(metric + " " + List.of(labels) + " in " + histograms.keySet());
        }
        return total;
    }

    long samplesOf(Metric metric) {
        return order.stream().filter(metric::equals).count();
    }

    private static <T> void put(Map<String, T> to, Metric metric, List<String> labels, T value) {
        if (labels.size() != metric.labels().size()) {
            throw new AssertionError(metric + " has labels " + metric.labels() + ", not " + labels);
        }
        if (to.put(key(metric, labels), value) != null) {
            throw new AssertionError(metric + " was read twice for " + labels);
        }
    }

    private static String key(Metric metric, List<String> labels) {
        return metric + " " + labels;
    }
}
