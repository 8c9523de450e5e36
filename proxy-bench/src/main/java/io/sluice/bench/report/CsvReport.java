package io.sluice.bench.report;

import io.sluice.bench.load.Measure;
import io.sluice.bench.load.Outcome;
import io.sluice.bench.load.Spread;
import java.util.Locale;

/** A report as comma-separated values: one line for each side and measure, times in nanoseconds. */
public final class CsvReport {

    private CsvReport() {}

    /** The report as text. */
    public static String of(LoadReport report) {
        StringBuilder out = new StringBuilder("side,measure,count,mean,p50,p90,p99,p99.9,max\n");
        for (LoadReport.Side side : report.sides()) {
            for (Measure measure : Measure.values()) {
                Spread spread = side.measurements().spread(measure);
                out.append(
                        String.format(
                                Locale.ROOT,
                                "%s,%s,%d,%.0f,%d,%d,%d,%d,%d%n",
                                side.name(),
                                measure.word(),
                                spread.count(),
                                spread.mean(),
                                spread.p50(),
                                spread.p90(),
                                spread.p99(),
                                spread.p999(),
                                spread.max()));
            }
            for (Outcome outcome : Outcome.values()) {
                out.append(
                        String.format(
                                Locale.ROOT,
                                "%s,%s,%d,,,,,,%n",
                                side.name(),
                                outcome.name().toLowerCase(Locale.ROOT),
                                side.measurements().count(outcome)));
            }
        }
        return out.toString();
    }
}
