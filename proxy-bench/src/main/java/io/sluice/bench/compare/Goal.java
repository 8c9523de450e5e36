package io.sluice.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the gateway with everything on is meant to reach beside nginx, and what it did.
 *
 * @param measured median over rounds
 * @param must the greatest that is acceptable
 * @param aim the greatest that is good
 * @param unit put behind each number
 */
record Goal(String name, double measured, double must, double aim, String unit) {

    /** The goals for which there are figures. */
    static List<Goal> of(ComparisonReport report) {
        List<Goal> goals = new ArrayList<>();
        goals.add(cpu(report, Workload.W1R, "CPU per call, W1 at a fixed rate, to nginx", 1.25, 1));
        goals.add(cpu(report, Workload.W1, "CPU per call, W1 at saturation, to nginx", 1.25, 1));
        goals.add(cpu(report, Workload.W2, "CPU per chunk, W2, to nginx", 1.1, 0.85));
        goals.add(cpu(report, Workload.W3, "CPU per chunk, W3, to nginx", 1.25, 1));
        goals.add(cpu(report, Workload.W5, "CPU per call, W5, to nginx", 1.2, 1));
        goals.add(added(report, Workload.W1O, "added p50, open loop, to nginx's", 1.25, 1));
        goals.add(added(report, Workload.W3, "added p50, W3, to nginx's", 1.25, 1));
        goals.add(over(report, Workload.W1R, "everything on over off, W1 at a fixed rate"));
        goals.add(over(report, Workload.W1, "everything on over off, W1 at saturation"));
        goals.add(translated(report, Workload.W8, "CPU per chunk, Anthropic to OpenAI, to W2"));
        goals.add(translated(report, Workload.W8R, "CPU per chunk, OpenAI to Anthropic, to W2"));
        goals.add(
                new Goal(
                        "memory of an open stream, W4",
                        report.median(
                                Workload.W4,
                                Lineup.EVERYTHING,
                                sample ->
                                        sample.memory().stream() < 0
                                                ? Double.NaN
                                                : sample.memory().stream() / 1024),
                        16,
                        8,
                        " KiB"));
        goals.add(
                new Goal(
                        "CPU for each further MiB of a body, from W1 to W5, to nginx's",
                        slope(report, Lineup.EVERYTHING) / slope(report, Lineup.NGINX),
                        1,
                        1,
                        ""));
        goals.removeIf(goal -> Double.isNaN(goal.measured));
        return goals;
    }

    private static Goal cpu(
            ComparisonReport report, Workload workload, String name, double must, double aim) {
        return new Goal(
                name,
                report.median(
                        workload,
                        Lineup.EVERYTHING,
                        sample -> report.ratio(sample, Sample::microsPerUnit)),
                must,
                aim,
                "");
    }

    private static Goal added(
            ComparisonReport report, Workload workload, String name, double must, double aim) {
        return new Goal(
                name,
                report.median(
                        workload, Lineup.EVERYTHING, sample -> report.ratio(sample, report::added)),
                must,
                aim,
                "");
    }

    /** What an event costs that is translated, to one that is relayed, by the same contender. */
    private static Goal translated(ComparisonReport report, Workload workload, String name) {
        double relayed = report.median(Workload.W2, Lineup.EVERYTHING, Sample::microsPerUnit);
        double cost = report.median(workload, Lineup.EVERYTHING, Sample::microsPerUnit);
        return new Goal(name, cost / relayed, 2.5, 1.5, "");
    }

    private static double slope(ComparisonReport report, String contender) {
        return report.median(Workload.W5, contender, Sample::microsPerUnit)
                - report.median(Workload.W1, contender, Sample::microsPerUnit);
    }

    /** What everything on adds, as a share of what a call costs nginx. */
    private static Goal over(ComparisonReport report, Workload workload, String name) {
        return new Goal(
                name,
                report.median(
                        workload,
                        Lineup.EVERYTHING,
                        sample -> {
                            Sample off = report.find(sample, Lineup.OFF);
                            return off == null
                                    ? Double.NaN
                                    : report.ratio(sample, Sample::microsPerUnit)
                                            - report.ratio(off, Sample::microsPerUnit);
                        }),
                0.35,
                0.15,
                "");
    }

    /** A number in this goal's unit. */
    String text(double value) {
        return String.format(Locale.ROOT, "%.2f%s", value, unit);
    }

    /** What the number is worth. */
    String verdict() {
        if (measured <= aim) {
            return "aim met";
        }
        return measured <= must ? "must met" : "missed";
    }
}
