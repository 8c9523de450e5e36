package io.sluice.bench.compare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.bench.load.Measure;
import io.sluice.bench.load.Spread;
import io.sluice.bench.report.JsonReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison found: ratios between contenders of one round, and their spread over rounds.
 *
 * @param setting how it was measured, in order, for the reader
 */
public record ComparisonReport(Map<String, String> setting, List<Sample> samples) {

    private static final String DIRECT = "direct";
    private static final String BASE = "nginx";

    public ComparisonReport {
        samples = List.copyOf(samples);
    }

    /** The report as Markdown. */
    public String toMarkdown() {
        StringBuilder out = new StringBuilder();
        setting.forEach((name, value) ->
                out.append("* ").append(name).append(": ").append(value).append('\n'));
        out.append(
                """

                | Workload | Contender | CPU | ratio to nginx | added p50 | ratio to nginx's | \
                rate | busy | RSS | failed | others |
                |---|---|---|---|---|---|---|---|---|---|---|
                """);
        for (Workload workload : workloads()) {
            for (String contender : contenders()) {
                List<Sample> own = of(workload, contender);
                if (!own.isEmpty()) {
                    row(out, workload, contender, own);
                }
            }
        }
        out.append(
                """

                CPU is µs of all the contender's processes for each call, event or open stream's \
                event; added p50 is against the direct way in the same round (calls: end to end, \
                events: transit). Numbers are medians over rounds with [least, greatest]; busy \
                is how many cores the contender used, others how many anything else did.
                """);
        return out.toString();
    }

    private void row(StringBuilder out, Workload workload, String contender, List<Sample> own) {
        List<String> cells = new ArrayList<>();
        cells.add(workload.name());
        cells.add(contender);
        cells.add(range(own, Sample::microsPerUnit, " µs/" + workload.unit().word()));
        cells.add(range(own, sample -> ratio(sample, Sample::microsPerUnit), ""));
        cells.add(range(own, sample -> added(sample) / 1e3, " µs"));
        cells.add(range(own, sample -> ratio(sample, this::added), ""));
        cells.add(
                String.format(
                        Locale.ROOT,
                        "%,.0f/s",
                        median(own, one -> one.units() / one.measurements().seconds())));
        cells.add(range(own, ComparisonReport::busy, ""));
        cells.add(memory(own));
        cells.add(Long.toString(own.stream().mapToLong(one -> one.measurements().failed()).sum()));
        cells.add(range(own, Sample::foreignCores, ""));
        out.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** How many cores it used. */
    private static double busy(Sample sample) {
        return sample.cpuNanos() < 0
                ? Double.NaN
                : sample.cpuNanos() / 1e9 / sample.measurements().seconds();
    }

    private static String memory(List<Sample> own) {
        double each = median(own, Sample::streamBytes);
        double all = median(own, one -> one.residentBytes() < 0 ? Double.NaN : one.residentBytes());
        String whole =
                Double.isNaN(all) ? "" : String.format(Locale.ROOT, "%.0f MiB", all / (1 << 20));
        return each > 0 ? whole + String.format(Locale.ROOT, ", %,.0f B/stream", each) : whole;
    }

    /** Nanoseconds that the contender adds to the direct way, median of its round; or NaN. */
    double added(Sample sample) {
        Sample direct = find(sample, DIRECT);
        if (direct == null || sample.contender().equals(DIRECT)) {
            return Double.NaN;
        }
        Measure measure =
                sample.workload().unit() == Workload.Unit.CALL
                        ? Measure.END_TO_END
                        : Measure.TRANSIT;
        return (double) sample.measurements().spread(measure).p50()
                - direct.measurements().spread(measure).p50();
    }

    /** A value of a sample to that of nginx in the same round; NaN where there is none. */
    double ratio(Sample sample, ToDoubleFunction<Sample> value) {
        Sample base = find(sample, BASE);
        return base == null ? Double.NaN : value.applyAsDouble(sample) / value.applyAsDouble(base);
    }

    private @Nullable Sample find(Sample like, String contender) {
        return samples.stream()
                .filter(one ->
                        one.workload() == like.workload()
                                && one.round() == like.round()
                                && one.contender().equals(contender))
                .findFirst()
                .orElse(null);
    }

    private static double[] values(List<Sample> samples, ToDoubleFunction<Sample> value) {
        return samples.stream()
                .mapToDouble(value)
                .filter(one -> !Double.isNaN(one) && !Double.isInfinite(one))
                .sorted()
                .toArray();
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
        return Spread.median(values(samples, value));
    }

    private static String range(List<Sample> samples, ToDoubleFunction<Sample> value, String unit) {
        double[] sorted = values(samples, value);
        return sorted.length == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%.2f%s [%.2f, %.2f]",
                        Spread.median(sorted),
                        unit,
                        sorted[0],
                        sorted[sorted.length - 1]);
    }

    private List<Workload> workloads() {
        return Arrays.stream(Workload.values())
                .filter(one -> samples.stream().anyMatch(sample -> sample.workload() == one))
                .toList();
    }

    private Set<String> contenders() {
        Set<String> names = new LinkedHashSet<>();
        samples.forEach(sample -> names.add(sample.contender()));
        return names;
    }

    private List<Sample> of(Workload workload, String contender) {
        return samples.stream()
                .filter(one -> one.workload() == workload && one.contender().equals(contender))
                .toList();
    }

    /** The report as JSON, every sample in it. */
    public String toJson() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode how = root.putObject("setting");
        setting.forEach(how::put);
        ArrayNode all = root.putArray("samples");
        for (Sample sample : samples) {
            all.addObject()
                    .put("workload", sample.workload().name())
                    .put("contender", sample.contender())
                    .put("round", sample.round())
                    .put("unit", sample.workload().unit().word())
                    .put("units", sample.units())
                    .put("cpu_nanos", sample.cpuNanos())
                    .put("provider_cpu_nanos", sample.providerCpuNanos())
                    .put("foreign_cores", sample.foreignCores())
                    .put("resident_bytes", sample.residentBytes())
                    .put("stream_bytes", sample.streamBytes())
                    .set("measurements", JsonReport.of(sample.measurements()));
        }
        return JsonReport.pretty(root);
    }
}
