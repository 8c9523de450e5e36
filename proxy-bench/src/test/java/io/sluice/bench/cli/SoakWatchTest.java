package io.sluice.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.report.LoadReport;
import java.net.URI;
import org.junit.jupiter.api.Test;

class SoakWatchTest {

    private final SoakWatch watch = new SoakWatch(URI.create("http://127.0.0.1:1"), null);

    @Test
    void isContent_whenItFillsAtTheStartAndThenWavers() {
        for (int i = 0; i < 100; i++) {
            look(i < 25 ? i : 100 + i % 3, 50);
        }

        assertThat(watch.verdicts()).hasSize(4).allMatch(LoadReport.Verdict::met);
    }

    @Test
    void noticesWhatGrowsUntilTheEnd() {
        for (int i = 0; i < 100; i++) {
            look(100 + i, 50 + i);
        }

        assertThat(watch.verdicts())
                .extracting(LoadReport.Verdict::met)
                .containsExactly(false, true, false, false);
    }

    @Test
    void isNotContent_whenItHasSeenNothing() {
        assertThat(watch.verdicts()).noneMatch(LoadReport.Verdict::met);
    }

    @Test
    void seesAProcessByItsId() {
        SoakWatch own = new SoakWatch(null, ProcessHandle.current().pid());
        for (int i = 0; i < 8; i++) {
            own.look();
        }

        assertThat(own.verdicts())
                .extracting(LoadReport.Verdict::text)
                .hasSize(3)
                .allMatch(text -> text.matches("[a-z_]+ is flat: [1-9].*, then [1-9].*"));
    }

    private void look(long mebibytes, long count) {
        watch.read(
                """
                # TYPE process_resident_memory_bytes gauge
                process_resident_memory_bytes %d
                sluice_direct_memory_bytes 4194304.0
                process_open_fds %d.0
                jvm_threads_current %d.0
                """
                        .formatted(mebibytes << 20, count, count));
    }
}
