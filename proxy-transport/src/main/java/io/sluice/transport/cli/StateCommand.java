package io.sluice.transport.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The group of commands about what is known of the health of targets. */
@Command(
        name = "state",
        description = "Take out and put in what is known of the health of targets.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "It holds scores, breakers, and what was disabled, drained or weighted by hand;",
            "no key is in it.",
            "They ask the admin listener of a running gateway.",
            "Exit codes: 0 done, 1 not a state, 2 usage, 4 master key, 7 unreachable.",
            "  sluice state export > health.json",
            "  sluice state import health.json"
        })
public final class StateCommand implements Runnable {

    @Spec private CommandSpec spec;

    /** A command for picocli to fill. */
    @SuppressWarnings("NullAway.Init")
    public StateCommand() {}

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which one? export or import");
    }

    @Command(
            name = "export",
            description = "Print it as JSON.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice state export > health.json"})
    int export(@Mixin AdminApi api) {
        Object state = api.ask("GET", "/admin/state", null);
        PrintWriter out = spec.commandLine().getOut();
        out.println(Documents.text(state));
        out.flush();
        return 0;
    }

    @Command(
            name = "import",
            description = "Take it up; targets that are not there are left out.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice state import health.json"})
    int restore(@Mixin AdminApi api, @Parameters(paramLabel = "FILE") Path file)
            throws IOException {
        byte[] document = Files.readAllBytes(file);
        Object state;
        try {
            state = Documents.read(document);
        } catch (IOException e) {
            throw new AdminApi.Failure(AdminApi.FAILED, file + " is not JSON: " + e.getMessage());
        }
        @Nullable Object done = api.ask("POST", "/admin/state", state);
        PrintWriter out = spec.commandLine().getOut();
        out.print(Documents.fields(done));
        out.flush();
        return 0;
    }
}
