package io.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.load.Measure;
import io.sluice.bench.load.Measurements;
import io.sluice.bench.load.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonReportTest {

    private static final long MICRO = 1000;

    private final Sample direct = sample("direct", 0, -1, 50);
    private final Sample nginx = sample("nginx", 0, 20, 150);
    private final Sample sluice = sample("sluice", 0, 25, 175);
    private final Sample laterNginx = sample("nginx", 1, 40, 150);
    private final Sample laterSluice = sample("sluice", 1, 30, 175);
    private final ComparisonReport report =
            new ComparisonReport(
                    Map.of("machine", "this"),
                    List.of(direct, nginx, sluice, laterNginx, laterSluice));

    @Test
    void comparesOnlyWithinARound() {
        assertThat(report.ratio(sluice, Sample::microsPerUnit)).isEqualTo(1.25);
        assertThat(report.ratio(laterSluice, Sample::microsPerUnit)).isEqualTo(0.75);
    }

    @Test
    void countsAsAddedWhatIsBeyondTheDirectWay() {
        assertThat(report.added(sluice)).isCloseTo(125.0 * MICRO, withinPercentage(0.1));
        assertThat(report.added(nginx)).isCloseTo(100.0 * MICRO, withinPercentage(0.1));
        assertThat(report.added(direct)).isNaN();
        assertThat(report.added(laterSluice)).isNaN();
    }

    @Test
    void saysMedianLeastAndGreatest() {
        assertThat(report.toMarkdown())
                .contains("| W1 | sluice | 27.50 µs/call [25.00, 30.00] | 1.00 [0.75, 1.25] |")
                .contains("| W1 | direct |  |  |  |  |");
    }

    @Test
    void keepsEverySampleInJson() throws IOException {
        var root = new ObjectMapper().readTree(report.toJson());

        assertThat(root.path("samples")).hasSize(5);
        assertThat(root.path("samples").path(2).path("cpu_nanos").asLong())
                .isEqualTo(25 * 100 * MICRO);
    }

    @Test
    void readsItsOwnProcess() {
        ProcessTree own = new ProcessTree(ProcessHandle.current().pid());

        assertThat(own.cpuNanos()).isPositive();
        assertThat(own.residentBytes()).isGreaterThan(10 << 20);
        assertThat(ProcessTree.machineBusyNanos()).isGreaterThanOrEqualTo(own.ownCpuNanos());
    }

    /** A hundred calls. */
    private static Sample sample(String contender, int round, long microsEach, long p50Micros) {
        Measurements measured = new Measurements();
        for (int i = 0; i < 100; i++) {
            measured.record(Measure.END_TO_END, p50Micros * MICRO);
            measured.onEnd(Outcome.SERVED, true);
        }
        long cpu = microsEach < 0 ? -1 : microsEach * 100 * MICRO;
        return new Sample(
                Workload.W1,
                contender,
                round,
                measured,
                new Sample.Costs(cpu, 0, 0, 0, 0.5),
                new Sample.Memory(-1, -1),
                null);
    }
}
