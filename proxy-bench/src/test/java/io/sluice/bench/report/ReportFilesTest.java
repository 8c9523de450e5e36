package io.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.load.Measure;
import io.sluice.bench.load.Measurements;
import io.sluice.bench.load.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportFilesTest {

    private final LoadReport report =
            new LoadReport(
                    Map.of("url", "somewhere & <else>"),
                    List.of(side("gateway", 3000), side("baseline", 1000)),
                    List.of(new LoadReport.Verdict("e2e.p50 <= 1 ms", false)));

    @Test
    void tableNamesEverySideMeasureAndVerdict_andTheDifference() {
        String table = TableReport.of(report);

        assertThat(table).contains("gateway: 101 calls", "baseline: 101 calls");
        assertThat(table).contains("gateway less baseline", "MISSED  e2e.p50 <= 1 ms");
        assertThat(table).contains("wrong bytes: 1");
        for (Measure measure : Measure.values()) {
            assertThat(table.split(measure.word() + " ", -1)).hasSize(4);
        }
    }

    @Test
    void csvHasALineForEverySideAndMeasureAndOutcome() {
        List<String> lines = CsvReport.of(report).lines().toList();

        int each = Measure.values().length + Outcome.values().length;
        assertThat(lines).hasSize(1 + 2 * each);
        assertThat(lines).allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(9));
        assertThat(lines).contains("gateway,wrong_bytes,1,,,,,,");
    }

    @Test
    void jsonHasEverythingThatTheOthersHave() throws IOException {
        JsonNode root = new ObjectMapper().readTree(JsonReport.of(report));

        assertThat(root.path("setting").path("url").asText()).isEqualTo("somewhere & <else>");
        for (String side : List.of("gateway", "baseline")) {
            for (Measure measure : Measure.values()) {
                JsonNode spread = root.path("sides").path(side).path(measure.word());
                assertThat(spread.path("count").asLong()).isEqualTo(100);
                assertThat(spread.path("p99.9").asLong()).isPositive();
            }
        }
        assertThat(root.path("verdicts").path(0).path("met").asBoolean(true)).isFalse();
    }

    @Test
    void htmlStandsAlone_withAPlotForEveryMeasure() {
        String html = HtmlReport.of(report);

        assertThat(html.split("<svg ", -1)).hasSize(1 + Measure.values().length);
        assertThat(html.split("<polyline ", -1)).hasSize(1 + 2 * Measure.values().length);
        assertThat(html).contains("somewhere &amp; &lt;else&gt;").doesNotContain("NaN");
        assertThat(html).doesNotContain("http:", "https:", "src=", "href=", "<script", "url(");
    }

    private static LoadReport.Side side(String name, long step) {
        Measurements measured = new Measurements();
        for (int i = 1; i <= 100; i++) {
            for (Measure measure : Measure.values()) {
                measured.record(measure, i * step);
            }
            measured.onEnd(Outcome.SERVED, true);
        }
        measured.onEnd(Outcome.WRONG_BYTES, false);
        return new LoadReport.Side(name, measured);
    }
}
