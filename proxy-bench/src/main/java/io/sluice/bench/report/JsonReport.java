package io.sluice.bench.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.bench.load.Measure;
import io.sluice.bench.load.Measurements;
import io.sluice.bench.load.Outcome;
import io.sluice.bench.load.Spread;
import java.util.Locale;

/** A report as JSON; times in nanoseconds. */
public final class JsonReport {

    private JsonReport() {}

    /** The report as text. */
    public static String of(LoadReport report) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode setting = root.putObject("setting");
        report.setting().forEach(setting::put);
        ObjectNode sides = root.putObject("sides");
        for (LoadReport.Side side : report.sides()) {
            sides.set(side.name(), of(side.measurements()));
        }
        var verdicts = root.putArray("verdicts");
        for (LoadReport.Verdict verdict : report.verdicts()) {
            verdicts.addObject().put("text", verdict.text()).put("met", verdict.met());
        }
        return pretty(root);
    }

    /** A tree as indented text with a line end. */
    public static String pretty(ObjectNode root) {
        return root.toPrettyString() + "\n";
    }

    /** Measurements as an object. */
    public static ObjectNode of(Measurements measured) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("seconds", measured.seconds());
        node.put("calls", measured.ended());
        node.put("calls_per_second", measured.ended() / measured.seconds());
        node.put("events", measured.events());
        node.put("bytes", measured.bytes());
        node.put("good", measured.good());
        node.put("connects", measured.connects());
        node.put("largest_backlog", measured.largestBacklog());
        for (Outcome outcome : Outcome.values()) {
            node.put(outcome.name().toLowerCase(Locale.ROOT), measured.count(outcome));
        }
        for (Measure measure : Measure.values()) {
            Spread spread = measured.spread(measure);
            node.putObject(measure.word())
                    .put("count", spread.count())
                    .put("mean", spread.mean())
                    .put("p50", spread.p50())
                    .put("p90", spread.p90())
                    .put("p99", spread.p99())
                    .put("p99.9", spread.p999())
                    .put("max", spread.max());
        }
        return node;
    }
}
