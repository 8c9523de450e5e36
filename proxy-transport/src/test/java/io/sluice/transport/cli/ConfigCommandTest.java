package io.sluice.transport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConfigCommandTest {

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine command =
            new CommandLine(new ConfigCommand())
                    .setOut(new PrintWriter(out))
                    .setErr(new PrintWriter(err));

    @Test
    void endsWithZeroAndADigest_whereTheFileIsUsable() throws IOException {
        Path file = file("good.yaml", "listen: {port: 4100}\nrouter_settings: {client_ttl: 5}\n");

        assertThat(command.execute("check", file.toString())).isZero();
        assertThat(out.toString())
                .contains("good.yaml: ok: 0 errors, 0 warnings, 1 note (shown by --verbose)")
                .containsPattern("sha256=[0-9a-f]{64}");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void showsNotes_whenAsked() throws IOException {
        Path file = file("good.yaml", "router_settings: {client_ttl: 5}\n");

        assertThat(command.execute("check", "--verbose", file.toString())).isZero();
        assertThat(err.toString())
                .contains("good.yaml:1:19: note: router_settings.client_ttl is accepted");
    }

    @Test
    void endsWithThreeAndAllFindings_whereAFileIsNot() throws IOException {
        Path good = file("good.yaml", "");
        Path bad = file("bad.yaml", "listen: {port: x}\nlsten: {}\n");

        assertThat(command.execute("check", good.toString(), bad.toString())).isEqualTo(3);
        assertThat(out.toString()).contains("good.yaml: ok").doesNotContain("bad.yaml");
        assertThat(err.toString())
                .contains("bad.yaml:1:16: error: listen.port takes a whole number")
                .contains("bad.yaml:2:1: warning: unknown key lsten")
                .contains("bad.yaml: not usable: 1 error, 1 warning");
    }

    @Test
    void showsWhatCounts_withItsOriginAndWithoutSecrets() throws IOException {
        Path file = file("my.yaml", "listen: {port: 4100}\nkeys: [{alias: a, key: sk-hunter2}]\n");

        assertThat(command.execute("show", "--origin", "--config", file.toString())).isZero();
        assertThat(out.toString())
                .contains("listen.port: 4100  # " + file + ":1\n")
                .contains("listen.host: 127.0.0.1  # default\n")
                .contains("keys[0].key: ***  # " + file + ":2\n")
                .contains("general_settings.master_key: null  # default\n")
                .doesNotContain("hunter2");
    }

    @Test
    void showsValuesAlone_withoutOrigin() throws IOException {
        Path file = file("my.yaml", "timeouts: {connect: x}");

        assertThat(command.execute("show", "--config", file.toString())).isEqualTo(3);
        assertThat(out.toString()).contains("listen.host: 127.0.0.1\n");
        assertThat(err.toString()).contains("error: timeouts.connect takes");
    }

    @Test
    void printsTheSchema() {
        assertThat(command.execute("schema")).isZero();
        assertThat(out.toString()).startsWith("{").contains("2020-12").endsWith("}\n");
    }

    @Test
    void endsWithTwo_whereItIsNotUsedAsMeant() {
        assertThat(command.execute()).isEqualTo(2);
        assertThat(command.execute("chek")).isEqualTo(2);
        assertThat(command.execute("show", "--nonsense")).isEqualTo(2);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
