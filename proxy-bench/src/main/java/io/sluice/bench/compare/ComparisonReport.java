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
                rate | busy | RSS | failed | load | others |
                |---|---|---|---|---|---|---|---|---|---|---|---|
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
                is how many cores the contender used, load how many load and provider did \
                together, others how many anything else did.
                """);
        books(out);
        goals(out);
        return out.toString();
    }

    private void books(StringBuilder out) {
        if (samples.stream().allMatch(sample -> sample.books() == null)) {
            return;
        }
        out.append(
                """

                | Workload | Contender | calls | rows written for each call in the window | \
                database | database for each call | journal behind at its end |
                |---|---|---|---|---|---|---|
                """);
        for (Workload workload : workloads()) {
            for (String contender : contenders()) {
                List<Sample> own =
                        of(workload, contender).stream()
                                .filter(sample -> sample.books() != null)
                                .toList();
                if (!own.isEmpty()) {
                    List<String> cells = new ArrayList<>();
                    cells.add(workload.name());
                    cells.add(contender);
                    cells.add(
                            Long.toString(
                                    own.stream()
                                            .mapToLong(one -> one.measurements().ended())
                                            .sum()));
                    cells.add(range(own, ComparisonReport::rowsForEachCall, ""));
                    cells.add(range(own, Sample::databaseCores, " cores"));
                    cells.add(range(own, ComparisonReport::databaseMicros, " µs"));
                    cells.add(range(own, ComparisonReport::behind, " KiB"));
                    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
                }
            }
        }
        out.append(
                """

                The database's processor time is its own processes' and not in the table above. \
                At a fixed rate one row is written for each call in the window, so what writing \
                costs the gateway is in its figures; at saturation the journal takes what the \
                database is behind.
                """);
    }

    private static double rowsForEachCall(Sample sample) {
        Sample.Books books = sample.books();
        long calls = sample.measurements().ended();
        return books == null || calls == 0 ? Double.NaN : (double) books.rows() / calls;
    }

    private static double databaseMicros(Sample sample) {
        Sample.Books books = sample.books();
        return books == null || books.rows() == 0
                ? Double.NaN
                : sample.costs().database() / 1e3 / books.rows();
    }

    private static double behind(Sample sample) {
        Sample.Books books = sample.books();
        return books == null ? Double.NaN : books.backlogBytes() / 1024.0;
    }

    private void goals(StringBuilder out) {
        List<Goal> goals = Goal.of(this);
        if (goals.isEmpty()) {
            return;
        }
        out.append(
                """

                | Goal | measured | must | aim | |
                |---|---|---|---|---|
                """);
        for (Goal goal : goals) {
            out.append(
                    String.format(
                            Locale.ROOT,
                            "| %s | %s | %s | %s | %s |%n",
                            goal.name(),
                            goal.text(goal.measured()),
                            goal.text(goal.must()),
                            goal.text(goal.aim()),
                            goal.verdict()));
        }
    }

    /** The median over rounds of a value of one contender's samples; NaN where there is none. */
    double median(Workload workload, String contender, ToDoubleFunction<Sample> value) {
        return median(of(workload, contender), value);
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
        cells.add(range(own, Sample::busyCores, ""));
        cells.add(memory(own));
        cells.add(Long.toString(own.stream().mapToLong(one -> one.measurements().failed()).sum()));
        cells.add(range(own, Sample::loadCores, ""));
        cells.add(range(own, one -> one.costs().foreignCores(), ""));
        out.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String memory(List<Sample> own) {
        double each = median(own, one -> one.memory().stream());
        double all =
                median(
                        own,
                        one ->
                                one.memory().contender() < 0
                                        ? Double.NaN
                                        : one.memory().contender());
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

    @Nullable Sample find(Sample like, String contender) {
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
            Sample.Books books = sample.books();
            all.addObject()
                    .put("workload", sample.workload().name())
                    .put("contender", sample.contender())
                    .put("round", sample.round())
                    .put("unit", sample.workload().unit().word())
                    .put("units", sample.units())
                    .put("cpu_nanos", sample.costs().contender())
                    .put("provider_cpu_nanos", sample.costs().provider())
                    .put("load_cpu_nanos", sample.costs().load())
                    .put("database_cpu_nanos", sample.costs().database())
                    .put("foreign_cores", sample.costs().foreignCores())
                    .put("resident_bytes", sample.memory().contender())
                    .put("stream_bytes", sample.memory().stream())
                    .put("rows", books == null ? -1 : books.rows())
                    .put("backlog_bytes", books == null ? -1 : books.backlogBytes())
                    .set("measurements", JsonReport.of(sample.measurements()));
        }
        return JsonReport.pretty(root);
    }
}
