package io.sluice.bench.cli;

import io.sluice.bench.load.CallLimits;
import io.sluice.bench.load.Measurements;
import io.sluice.bench.load.Spread;
import io.sluice.bench.report.LoadReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a run must reach.
 *
 * @param limits of calls and of percentiles
 * @param goodputPercent share of calls that must be within the limits of calls
 * @param none whether there are no limits at all, so that the goodput is not asked for
 * @param ratios greatest ratios to the baseline
 */
record Demands(
        CallLimits limits, double goodputPercent, boolean none, List<CallLimits.Limit> ratios) {

    /** One verdict for each demand. */
    List<LoadReport.Verdict> verdicts(List<LoadReport.Side> sides) {
        List<LoadReport.Verdict> verdicts = new ArrayList<>();
        Measurements own = sides.getFirst().measurements();
        if (!none) {
            verdicts.add(goodput(own));
        }
        for (CallLimits.Limit limit : limits.ofAll()) {
            Spread spread = own.spread(limit.measure());
            double found = spread.of(limit.percentile());
            verdicts.add(
                    new LoadReport.Verdict(
                            "%s <= %s: %s"
                                    .formatted(
                                            limit.name(),
                                            Spread.text(limit.value()),
                                            Spread.text(found)),
                            spread.count() > 0 && found <= limit.value()));
        }
        for (CallLimits.Limit limit : ratios) {
            verdicts.add(ratio(limit, own, sides.get(1).measurements()));
        }
        return verdicts;
    }

    private LoadReport.Verdict goodput(Measurements own) {
        double percent = own.ended() == 0 ? 0 : 100.0 * own.good() / own.ended();
        String text =
                String.format(
                        Locale.ROOT,
                        "goodput >= %s %%: %.2f %%, %.1f/s",
                        goodputPercent,
                        percent,
                        own.good() / own.seconds());
        return new LoadReport.Verdict(text, percent >= goodputPercent);
    }

    private static LoadReport.Verdict ratio(
            CallLimits.Limit limit, Measurements own, Measurements base) {
        double found =
                own.spread(limit.measure()).of(limit.percentile())
                        / base.spread(limit.measure()).of(limit.percentile());
        String text =
                String.format(
                        Locale.ROOT,
                        "%s to the baseline <= %s: %.3f",
                        limit.name(),
                        limit.value(),
                        found);
        return new LoadReport.Verdict(text, found <= limit.value());
    }
}
