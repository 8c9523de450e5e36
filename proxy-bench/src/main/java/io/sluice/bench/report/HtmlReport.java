package io.sluice.bench.report;

import io.sluice.bench.load.Measure;
import io.sluice.bench.load.Measurements;
import io.sluice.bench.load.Spread;
import java.util.List;
import java.util.Locale;

/** A report as one page that needs nothing else: its plots are inline SVG. */
public final class HtmlReport {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 260;
    private static final int MARGIN = 60;
    private static final List<String> COLOURS = List.of("#0b6", "#c60");
    private static final double[] PERCENTILES = {0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99};

    private static final String STYLE =
            "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;"
                    + "padding:0 1rem}"
                    + "table{border-collapse:collapse}td,th{padding:.2rem .8rem;text-align:right;"
                    + "border-bottom:1px solid #ddd}td:first-child,th:first-child{text-align:left}"
                    + "svg{background:#fafafa;margin:.5rem 0}text{font:12px system-ui,sans-serif}"
                    + ".missed{color:#b00;font-weight:bold}";

    private HtmlReport() {}

    /** The report as text. */
    public static String of(LoadReport report) {
        StringBuilder out = new StringBuilder();
        out.append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">")
                .append("<title>sluice bench</title><style>")
                .append(STYLE)
                .append("</style><h1>sluice bench</h1><table>");
        report.setting().forEach((name, value) -> row(out, "td", name, value));
        out.append("</table>");
        for (LoadReport.Verdict verdict : report.verdicts()) {
            out.append(verdict.met() ? "<p>met: " : "<p class=\"missed\">missed: ")
                    .append(escaped(verdict.text()))
                    .append("</p>");
        }
        for (LoadReport.Side side : report.sides()) {
            side(out, side);
        }
        out.append("<p>Each plot shows the time below which that share of the values lies, on a")
                .append(" logarithmic scale; further right is rarer.</p>");
        for (Measure measure : Measure.values()) {
            plot(out, report, measure);
        }
        return out.append("</html>\n").toString();
    }

    private static void side(StringBuilder out, LoadReport.Side side) {
        Measurements measured = side.measurements();
        out.append("<h2>").append(escaped(side.name())).append("</h2><p>");
        out.append(
                String.format(
                        Locale.ROOT,
                        "%,d calls in %.1f s, %,.1f/s; %,d events; %,d failed; %,d within limits",
                        measured.ended(),
                        measured.seconds(),
                        measured.ended() / measured.seconds(),
                        measured.events(),
                        measured.failed(),
                        measured.good()));
        out.append("</p><table>");
        row(out, "th", "", "count", "p50", "p90", "p99", "p99.9", "max");
        for (Measure measure : Measure.values()) {
            Spread spread = measured.spread(measure);
            if (spread.count() > 0) {
                row(
                        out,
                        "td",
                        measure.word(),
                        Long.toString(spread.count()),
                        Spread.text(spread.p50()),
                        Spread.text(spread.p90()),
                        Spread.text(spread.p99()),
                        Spread.text(spread.p999()),
                        Spread.text(spread.max()));
            }
        }
        out.append("</table>");
    }

    private static void row(StringBuilder out, String cell, String... values) {
        out.append("<tr>");
        for (String value : values) {
            out.append('<').append(cell).append('>').append(escaped(value));
            out.append("</").append(cell).append('>');
        }
        out.append("</tr>");
    }

    private static void plot(StringBuilder out, LoadReport report, Measure measure) {
        double least = Double.MAX_VALUE;
        double most = 0;
        for (LoadReport.Side side : report.sides()) {
            Spread spread = side.measurements().spread(measure);
            if (spread.count() > 0) {
                least = Math.min(least, (double) side.measurements().percentile(measure, 0));
                most = Math.max(most, (double) spread.max());
            }
        }
        if (most == 0) {
            return;
        }
        double low = Math.log10(Math.max(1000, least));
        double high = Math.max(low + 0.1, Math.log10(most));
        out.append("<h3>").append(measure.word()).append("</h3>");
        out.append(
                String.format(
                        Locale.ROOT,
                        "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">",
                        WIDTH,
                        HEIGHT,
                        WIDTH,
                        HEIGHT));
        axes(out, low, high);
        for (int i = 0; i < report.sides().size(); i++) {
            LoadReport.Side side = report.sides().get(i);
            if (side.measurements().spread(measure).count() > 0) {
                line(out, side, measure, COLOURS.get(i % COLOURS.size()), low, high);
                label(out, MARGIN + 10, MARGIN / 2 + 16 * i, COLOURS.get(i), side.name());
            }
        }
        out.append("</svg>");
    }

    private static void axes(StringBuilder out, double low, double high) {
        for (double percentile : PERCENTILES) {
            label(
                    out,
                    (int) x(percentile),
                    HEIGHT - 12,
                    "#666",
                    percentile == Math.rint(percentile)
                            ? Integer.toString((int) percentile)
                            : Double.toString(percentile));
        }
        for (int i = 0; i <= 4; i++) {
            double at = low + (high - low) * i / 4;
            label(out, 2, (int) y(at, low, high) + 4, "#666", Spread.text(Math.pow(10, at)));
        }
    }

    private static void line(
            StringBuilder out,
            LoadReport.Side side,
            Measure measure,
            String colour,
            double low,
            double high) {
        out.append("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"")
                .append(colour)
                .append("\" points=\"");
        for (double percentile : PERCENTILES) {
            double value =
                    Math.max(1e3, (double) side.measurements().percentile(measure, percentile));
            out.append(
                    String.format(
                            Locale.ROOT,
                            "%.1f,%.1f ",
                            x(percentile),
                            y(Math.log10(value), low, high)));
        }
        out.append("\"/>");
    }

    private static void label(StringBuilder out, int x, int y, String colour, String text) {
        out.append("<text x=\"").append(x).append("\" y=\"").append(y);
        out.append("\" fill=\"").append(colour).append("\">");
        out.append(escaped(text)).append("</text>");
    }

    /** Nines at equal distances. */
    private static double x(double percentile) {
        double nines = -Math.log10(1 - percentile / 100);
        return MARGIN + nines / 4 * (WIDTH - 2.0 * MARGIN);
    }

    private static double y(double log, double low, double high) {
        return HEIGHT - MARGIN / 2.0 - (log - low) / (high - low) * (HEIGHT - MARGIN);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
