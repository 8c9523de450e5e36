package io.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.telemetry.Metric.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetricTest {

    @ParameterizedTest
    @EnumSource(Metric.class)
    void isNamedByConvention(Metric metric) {
        assertThat(metric.exposedName()).matches("sluice_[a-z]+(_[a-z]+)*");
        switch (metric.kind()) {
            case COUNTER -> assertThat(metric.exposedName()).endsWith("_total");
            case HISTOGRAM -> assertThat(metric.exposedName()).endsWith("_seconds");
            case GAUGE -> assertThat(metric.exposedName()).doesNotEndWith("_total");
        }
        assertThat(metric.help()).endsWith(".");
        assertThat(metric.labels()).allMatch(label -> label.matches("[a-z_]+"));
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void hasAscendingBounds_whereItIsHistogram(Metric metric) {
        long[] bounds = metric.boundsNanos().toArray();

        assertThat(bounds.length > 0).isEqualTo(metric.kind() == Kind.HISTOGRAM);
        assertThat(bounds).isEqualTo(LongStream.of(bounds).sorted().distinct().toArray());
    }

    @Test
    void hasItsOwnName() {
        assertThat(Arrays.stream(Metric.values()).map(Metric::exposedName)).doesNotHaveDuplicates();
    }

    @Test
    void measuresOverhead_fromFiftyMicroseconds() {
        assertThat(Metric.OVERHEAD.boundsNanos().findFirst()).hasValue(50_000);
    }

    @Test
    void isDocumented_rowByRow() throws IOException {
        List<String> rows =
                Files.readAllLines(document()).stream()
                        .filter(line -> line.startsWith("| `sluice_"))
                        .toList();

        assertThat(rows)
                .containsExactlyElementsOf(
                        Arrays.stream(Metric.values()).map(MetricTest::row).toList());
    }

    private static String row(Metric metric) {
        String labels =
                metric.labels().isEmpty() ? "" : "`" + String.join("`, `", metric.labels()) + "`";
        return "| `%s` | %s | %s | %s |"
                .formatted(
                        metric.exposedName(),
                        metric.kind().name().toLowerCase(Locale.ROOT),
                        labels,
                        metric.help());
    }

    private static Path document() {
        for (Path folder = Path.of("").toAbsolutePath();
                folder != null;
                folder = folder.getParent()) {
            Path document = folder.resolve("docs/metrics.md");
            if (Files.exists(document)) {
                return document;
            }
        }
        throw new AssertionError("docs/metrics.md is missing");
    }
}
