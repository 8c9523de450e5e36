package io.sluice.transport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.LedgerSettings;
import io.sluice.ledger.AttemptRow;
import io.sluice.ledger.Ledger;
import io.sluice.ledger.LedgerNotices;
import io.sluice.ledger.LedgerPublisher;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LedgerCommandTest {

    private static final LedgerSettings SMALL =
            new LedgerSettings(
                    true, 1, 1 << 20, Duration.ofMillis(1), LedgerSettings.WhenFull.REFUSE);

    @TempDir private Path state;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine command =
            new CommandLine(new LedgerCommand())
                    .setOut(new PrintWriter(out))
                    .setErr(new PrintWriter(err))
                    .setExecutionExceptionHandler((failure, _, _) -> {
                        err.write(String.valueOf(failure.getMessage()));
                        return 1;
                    });

    @Test
    void saysThatALedgerIsWhole() throws IOException {
        settleOne();

        assertThat(command.execute("verify", "--state-dir", state.toString())).isZero();
        assertThat(out.toString())
                .contains("1 segments")
                .contains("1 attempts admitted, 0 reports of progress, 1 settled, 0 open")
                .contains("whole");
    }

    @Test
    void namesThePlaceThatWasChanged_alsoByConfiguration() throws IOException {
        settleOne();
        Path segment = segment();
        byte[] bytes = Files.readAllBytes(segment);
        bytes[200] ^= 1;
        Files.write(segment, bytes);
        Path config = state.resolve("sluice.yaml");
        Files.writeString(config, "state_dir: " + state + "\n");

        assertThat(command.execute("verify", "--config", config.toString())).isEqualTo(1);
        assertThat(out.toString())
                .contains("broken: " + segment.getFileName() + " at byte 128 (position 128)");
    }

    @Test
    void showsWhatWaits() throws IOException {
        settleOne();

        assertThat(command.execute("status", "--state-dir", state.toString())).isZero();
        assertThat(out.toString())
                .contains("not in use")
                .contains("1 settled, 0 open")
                .containsPattern("reader writer: at 0, [1-9][0-9,]* bytes behind");
    }

    @Test
    void endsWithOne_whereThereIsNoLedger() {
        assertThat(command.execute("verify", "--state-dir", state.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("there is no ledger");
    }

    @Test
    void asksWhichOne() {
        assertThat(command.execute()).isEqualTo(2);
    }

    private void settleOne() throws IOException {
        Ledger ledger =
                Ledger.open(Ledger.folder(state), SMALL, new Silent(), InstantSource.system());
        ledger.openReader("writer").close();
        LedgerPublisher publisher = ledger.newPublisher();
        assertThat(publisher.reserve()).isTrue();
        publisher.admit(new AttemptRow());
        publisher.settle(new AttemptRow());
        ledger.close();
    }

    private Path segment() throws IOException {
        try (Stream<Path> files = Files.list(Ledger.folder(state).resolve("journal"))) {
            return files.findFirst().orElseThrow();
        }
    }

    private static final class Silent implements LedgerNotices {

        @Override
        public void onWarning(String sentence) {}

        @Override
        public void onNotice(String sentence) {}
    }
}
