package io.sluice.bench.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.transport.cli.SluiceCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class UpstreamCommandTest {

    private final UpstreamCommand command = new UpstreamCommand();

    @Test
    void isFoundByTheCommandLine() {
        assertThat(ServiceLoader.load(SluiceCommand.class))
                .anyMatch(found -> found instanceof UpstreamCommand);
    }

    @Test
    void turnsKnobs_forEveryCall() {
        new CommandLine(command).parseArgs("--knobs", "gap=5ms ttft=1s", "--ttft", "2ms");

        assertThat(command.options().knobs().nanos(Knob.TTFT)).isEqualTo(2_000_000);
        assertThat(command.options().knobs().nanos(Knob.GAP)).isEqualTo(5_000_000);
    }

    @Test
    void readsModels_fromAFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("models");
        Files.writeString(file, "# slow ones\n* gap=1ms\n\nslow ttft=1s\nfast\n");
        new CommandLine(command).parseArgs("--models", file.toString());
        Options options = command.options();

        assertThat(options.models()).containsOnlyKeys("slow", "fast");
        assertThat(options.knobs().has(Knob.GAP)).isTrue();
    }

    @Test
    void staysOnLoopback_unlessItIsMeantToBeSeen() {
        new CommandLine(command).parseArgs("--host", "0.0.0.0");
        assertThatExceptionOfType(ParameterException.class).isThrownBy(command::options);

        new CommandLine(command).parseArgs("--host", "0.0.0.0", "--yes-expose");
        assertThat(command.options().host()).isEqualTo("0.0.0.0");
    }

    @Test
    void refusesAKnob_thatDoesNotTakeItsValue() {
        new CommandLine(command).parseArgs("--ttft", "soon");

        assertThatExceptionOfType(ParameterException.class).isThrownBy(command::options);
    }
}
