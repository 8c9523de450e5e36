package io.sluice.transport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DbCommandTest {

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path config = Path.of("unset");

    @BeforeEach
    void writeConfig() throws Exception {
        config = folder.resolve("sluice.yaml");
        Files.writeString(config, "state_dir: " + folder + "\n");
    }

    @Test
    void plansThenMigratesThenHasNothingToDo() {
        assertThat(run("plan")).isZero();
        assertThat(run("status")).isZero();
        assertThat(run("migrate")).isZero();
        assertThat(run("plan")).isZero();

        assertThat(out.toString())
                .contains("CREATE TABLE calls", "pending", " steps taken: SQLite in")
                .endsWith("-- nothing to do\n");
    }

    @Test
    void saysThatDatabaseIsAway_withoutItsPassword() throws Exception {
        Files.writeString(config, "database: {url: 'postgres://joe:planted@127.0.0.1:1/books'}\n");

        assertThat(run("migrate")).isEqualTo(7);

        assertThat(err.toString()).contains("127.0.0.1:1/books").doesNotContain("planted");
    }

    @Test
    void refusesConfigurationThatIsInvalid() throws Exception {
        Files.writeString(config, "listen: {port: many}\n");

        assertThat(run("status")).isEqualTo(3);
    }

    private int run(String command) {
        CommandLine line = Sluice.newCommandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute("db", command, "--config", config.toString());
    }
}
