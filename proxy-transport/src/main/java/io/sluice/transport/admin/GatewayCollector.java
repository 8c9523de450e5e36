package io.sluice.transport.admin;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.sluice.telemetry.HistogramTotal;
import io.sluice.telemetry.Metric;
import io.sluice.telemetry.Metrics;
import io.sluice.telemetry.MetricsReader;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The gateway's own numbers in the shape of the Prometheus client. Safe for any thread. */
final class GatewayCollector extends Collector {

    private static final double NANOS_PER_SECOND = 1e9;

    private final List<MetricsSource> sources;

    /** Something that has numbers to pass on. */
    @FunctionalInterface
    interface MetricsSource {
        void read(MetricsReader reader);
    }

    /** The numbers of one source alone. */
    GatewayCollector(MetricsSource source) {
        this.sources = List.of(source);
    }

    GatewayCollector(Metrics metrics, List<MetricsSource> more) {
        this.sources = new ArrayList<>(more);
        this.sources.addFirst(metrics::read);
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Families families = new Families();
        sources.forEach(source -> source.read(families));
        return families.toSamples();
    }

    private static final class Families implements MetricsReader {

        private final Map<Metric, List<Sample>> families = new EnumMap<>(Metric.class);

        @Override
        public void onValue(Metric metric, List<String> labels, long value) {
            add(metric, new Sample(metric.exposedName(), metric.labels(), labels, value));
        }

        @Override
        public void onHistogram(Metric metric, List<String> labels, HistogramTotal total) {
            String name = metric.exposedName();
            List<String> names = with(metric.labels(), "le");
            long count = 0;
            for (int bucket = 0; bucket < total.buckets(); bucket++) {
                count += total.count(bucket);
                List<String> values = with(labels, bound(total, bucket));
                add(metric, new Sample(name + "_bucket", names, values, count));
            }
            add(metric, new Sample(name + "_count", metric.labels(), labels, count));
            double seconds = total.sumNanos() / NANOS_PER_SECOND;
            add(metric, new Sample(name + "_sum", metric.labels(), labels, seconds));
        }

        List<MetricFamilySamples> toSamples() {
            List<MetricFamilySamples> samples = new ArrayList<>(families.size());
            families.forEach((metric, family) ->
                    samples.add(
                            new MetricFamilySamples(
                                    metric.exposedName(), type(metric), metric.help(), family)));
            return samples;
        }

        private void add(Metric metric, Sample sample) {
            families.computeIfAbsent(metric, _ -> new ArrayList<>()).add(sample);
        }

        private static String bound(HistogramTotal total, int bucket) {
            return bucket == total.buckets() - 1
                    ? "+Inf"
                    : doubleToGoString(total.boundNanos(bucket) / NANOS_PER_SECOND);
        }

        private static List<String> with(List<String> labels, String more) {
            List<String> all = new ArrayList<>(labels);
            all.add(more);
            return all;
        }

        private static Type type(Metric metric) {
            return switch (metric.kind()) {
                case COUNTER -> Type.COUNTER;
                case GAUGE -> Type.GAUGE;
                case HISTOGRAM -> Type.HISTOGRAM;
            };
        }
    }
}
