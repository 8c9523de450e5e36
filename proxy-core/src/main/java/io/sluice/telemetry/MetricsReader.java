package io.sluice.telemetry;

import java.util.List;

/** Receives one reading of all numbers. */
public interface MetricsReader {

    /**
     * A counter or a gauge.
     *
     * @param labels the values of {@link Metric#labels}, in that order
     */
    void onValue(Metric metric, List<String> labels, long value);

    /**
     * A histogram.
     *
     * @param labels the values of {@link Metric#labels}, in that order
     */
    void onHistogram(Metric metric, List<String> labels, HistogramTotal total);
}
