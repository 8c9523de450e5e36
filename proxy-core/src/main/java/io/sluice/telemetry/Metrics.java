package io.sluice.telemetry;

import io.sluice.error.ErrorCode;
import io.sluice.telemetry.LoopMetrics.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** The numbers of all event loops, added up when somebody asks. Safe for any thread. */
public final class Metrics {

    private static final String OTHER = "other";

    private final LabelTable labels;
    private final List<LoopMetrics> loops;

    /**
     * Numbers that all begin at zero.
     *
     * @param loops how many event loops there are
     * @throws IllegalArgumentException where there is none
     */
    public Metrics(int loops, MetricLimits limits) {
        if (loops < 1) {
            throw new IllegalArgumentException("there must be an event loop: " + loops);
        }
        LabelTable table = new LabelTable(limits.labelSets());
        this.labels = table;
        this.loops = Stream.generate(() -> new LoopMetrics(table, limits)).limit(loops).toList();
    }

    /** The numbers of one loop, for that loop to write. */
    public LoopMetrics loop(int index) {
        return loops.get(index);
    }

    /** Calls that have begun and not ended. */
    public long inflightRequests() {
        return value(Field.CALLS);
    }

    /** Event streams that are being relayed. */
    public long activeStreams() {
        return value(Field.STREAMS);
    }

    /** Passes everything to {@code reader}, one metric after the other. */
    public void read(MetricsReader reader) {
        readCalls(reader);
        field(reader, Metric.INFLIGHT_REQUESTS, Field.CALLS);
        field(reader, Metric.BUDGET_HOLDS, Field.HOLDS);
        field(reader, Metric.ACTIVE_STREAMS, Field.STREAMS);
        field(reader, Metric.RETRIES, Field.RETRIES);
        field(reader, Metric.RETRIES_DENIED, Field.RETRIES_DENIED);
        field(reader, Metric.FALLBACKS, Field.FALLBACKS);
        field(reader, Metric.PINGS_SENT, Field.PINGS);
        field(reader, Metric.DROPPED_PARAMS, Field.DROPPED_PARAMS);
        field(reader, Metric.CLIENT_CANCELLED, Field.CANCELLED);
        field(reader, Metric.REQUEST_BYTES, Field.BYTES_IN);
        field(reader, Metric.RESPONSE_BYTES, Field.BYTES_OUT);
        field(reader, Metric.CLIENT_CONNECTIONS, Field.CLIENTS);
        field(reader, Metric.CLIENT_CONNECTS, Field.CLIENT_CONNECTS);
        field(reader, Metric.UPSTREAM_CONNECTIONS, Field.UPSTREAMS);
        field(reader, Metric.UPSTREAM_CONNECTS, Field.UPSTREAM_CONNECTS);
        field(reader, Metric.LABEL_OVERFLOW, Field.LABEL_OVERFLOWS);
        reader.onHistogram(Metric.OVERHEAD, List.of(), total(loops, LoopMetrics::overhead));
        reader.onHistogram(Metric.STREAM_CHUNK_GAP, List.of(), total(loops, LoopMetrics::chunkGap));
        readErrors(reader);
        readLag(reader);
    }

    private void readCalls(MetricsReader reader) {
        for (int number = LabelTable.OVERFLOW; number < labels.slots(); number++) {
            List<CallSeries> series = series(number);
            if (!series.isEmpty()) {
                readSeries(reader, callLabels(number), series);
            }
        }
    }

    private static void readSeries(
            MetricsReader reader, List<String> values, List<CallSeries> series) {
        for (int status = 0; status < CallSeries.STATUS_CLASSES.size(); status++) {
            for (int source = 0; source < CallSeries.ERROR_SOURCES.size(); source++) {
                int statusClass = status;
                int errorSource = source;
                seen(
                        reader,
                        Metric.REQUESTS,
                        with(
                                values,
                                CallSeries.STATUS_CLASSES.get(status),
                                CallSeries.ERROR_SOURCES.get(source)),
                        sum(series, one -> one.requests(statusClass, errorSource)));
            }
        }
        for (int index = 0; index < CallSeries.TOKEN_TYPES.size(); index++) {
            int type = index;
            seen(
                    reader,
                    Metric.TOKENS,
                    with(values, CallSeries.TOKEN_TYPES.get(type)),
                    sum(series, one -> one.tokens(type)));
        }
        seen(reader, Metric.COST, values, sum(series, CallSeries::costPicos));
        seen(reader, Metric.UNPRICED_CALLS, values, sum(series, CallSeries::unpricedCalls));
        reader.onHistogram(Metric.REQUEST_DURATION, values, total(series, CallSeries::duration));
        HistogramTotal firstByte = total(series, CallSeries::firstByte);
        if (firstByte.count() > 0) {
            reader.onHistogram(Metric.UPSTREAM_TTFT, values, firstByte);
        }
    }

    private void readErrors(MetricsReader reader) {
        for (ErrorCode code : ErrorCode.values()) {
            seen(
                    reader,
                    Metric.ERRORS,
                    List.of(code.wireName()),
                    sum(loops, loop -> loop.errors(code)));
        }
    }

    private void readLag(MetricsReader reader) {
        for (int index = 0; index < loops.size(); index++) {
            reader.onHistogram(
                    Metric.EVENT_LOOP_LAG,
                    List.of(Integer.toString(index)),
                    total(List.of(loops.get(index)), LoopMetrics::lag));
        }
    }

    private List<CallSeries> series(int number) {
        List<CallSeries> series = new ArrayList<>(loops.size());
        for (LoopMetrics loop : loops) {
            CallSeries one = loop.findSeries(number);
            if (one != null && !one.isEmpty()) {
                series.add(one);
            }
        }
        return series;
    }

    private List<String> callLabels(int number) {
        CallLabels found = number == LabelTable.OVERFLOW ? null : labels.find(number);
        return found == null
                ? List.of(OTHER, OTHER, OTHER)
                : List.of(found.endpointLabel(), found.modelLabel(), found.providerLabel());
    }

    private void field(MetricsReader reader, Metric metric, Field field) {
        reader.onValue(metric, List.of(), value(field));
    }

    private long value(Field field) {
        return sum(loops, loop -> loop.value(field));
    }

    /** A label set that has not occurred is not shown. */
    private static void seen(MetricsReader reader, Metric metric, List<String> labels, long value) {
        if (value > 0) {
            reader.onValue(metric, labels, value);
        }
    }

    private static List<String> with(List<String> labels, String... more) {
        return Stream.concat(labels.stream(), Stream.of(more)).toList();
    }

    private static <T> long sum(List<T> parts, ToLongFunction<T> value) {
        long sum = 0;
        for (T part : parts) {
            sum += value.applyAsLong(part);
        }
        return sum;
    }

    private static <T> HistogramTotal total(List<T> parts, Function<T, Histogram> histogram) {
        HistogramTotal total = histogram.apply(parts.getFirst()).newTotal();
        for (T part : parts) {
            histogram.apply(part).addTo(total);
        }
        return total;
    }
}
