package io.sluice.bench.report;

import io.sluice.bench.load.Measure;
import io.sluice.bench.load.Measurements;
import io.sluice.bench.load.Outcome;
import io.sluice.bench.load.Spread;
import java.util.Locale;

/** A report for a terminal. */
public final class TableReport {

    private static final String ROW = "%-9s %9s %10s %10s %10s %10s %10s%n";

    private TableReport() {}

    /** The report as text. */
    public static String of(LoadReport report) {
        StringBuilder out = new StringBuilder();
        for (LoadReport.Side side : report.sides()) {
            side(out, side);
        }
        if (report.sides().size() == 2) {
            difference(out, report);
        }
        for (LoadReport.Verdict verdict : report.verdicts()) {
            out.append(verdict.met() ? "met     " : "MISSED  ").append(verdict.text()).append('\n');
        }
        return out.toString();
    }

    private static void side(StringBuilder out, LoadReport.Side side) {
        Measurements measured = side.measurements();
        out.append(
                String.format(
                        Locale.ROOT,
                        "%n%s: %,d calls in %.1f s (%,.1f/s), %,d events (%,.0f/s), %,d failed%n",
                        side.name(),
                        measured.ended(),
                        measured.seconds(),
                        measured.ended() / measured.seconds(),
                        measured.events(),
                        measured.events() / measured.seconds(),
                        measured.failed()));
        for (Outcome outcome : Outcome.values()) {
            if (outcome != Outcome.SERVED && measured.count(outcome) > 0) {
                out.append(
                        String.format(
                                Locale.ROOT,
                                "  %s: %,d%n",
                                outcome.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                                measured.count(outcome)));
            }
        }
        out.append(
                String.format(Locale.ROOT, ROW, "", "count", "p50", "p90", "p99", "p99.9", "max"));
        for (Measure measure : Measure.values()) {
            Spread spread = measured.spread(measure);
            if (spread.count() > 0) {
                row(out, measure.word(), spread);
            }
        }
    }

    private static void row(StringBuilder out, String name, Spread spread) {
        out.append(
                String.format(
                        Locale.ROOT,
                        ROW,
                        name,
                        spread.count(),
                        Spread.text(spread.p50()),
                        Spread.text(spread.p90()),
                        Spread.text(spread.p99()),
                        Spread.text(spread.p999()),
                        Spread.text(spread.max())));
    }

    private static void difference(StringBuilder out, LoadReport report) {
        out.append(
                String.format(
                        Locale.ROOT,
                        "%n%s less %s%n",
                        report.sides().get(0).name(),
                        report.sides().get(1).name()));
        for (Measure measure : Measure.values()) {
            Spread own = report.sides().get(0).measurements().spread(measure);
            Spread base = report.sides().get(1).measurements().spread(measure);
            if (own.count() > 0 && base.count() > 0) {
                row(
                        out,
                        measure.word(),
                        new Spread(
                                Math.min(own.count(), base.count()),
                                own.mean() - base.mean(),
                                own.p50() - base.p50(),
                                own.p90() - base.p90(),
                                own.p99() - base.p99(),
                                own.p999() - base.p999(),
                                own.max() - base.max()));
            }
        }
    }
}
