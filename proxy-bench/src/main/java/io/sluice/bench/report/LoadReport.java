package io.sluice.bench.report;

import io.sluice.bench.load.Measurements;
import java.util.List;
import java.util.Map;

/**
 * What one run of the load generator found.
 *
 * @param setting what was asked for, in order, for the reader
 * @param sides the measured side first, then the baseline if there is one
 * @param verdicts one for each demand
 */
public record LoadReport(Map<String, String> setting, List<Side> sides, List<Verdict> verdicts) {

    /** The measurements of one address. */
    public record Side(String name, Measurements measurements) {}

    /**
     * Whether a demand was met.
     *
     * @param text the demand and what was found
     */
    public record Verdict(String text, boolean met) {}

    public LoadReport {
        sides = List.copyOf(sides);
        verdicts = List.copyOf(verdicts);
    }

    /** Whether every demand was met. */
    public boolean isMet() {
        return verdicts.stream().allMatch(Verdict::met);
    }
}
