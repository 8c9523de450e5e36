package io.sluice.transport.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Has a running gateway read its configuration anew. */
@Command(
        name = "reload",
        description = "Have a running gateway read its configuration anew.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Prints what changed, and what counts only from the next start on. It asks the admin",
            "listener; SIGHUP and a change of the file do the same.",
            "Exit code 0: in force, 3: not usable and nothing has changed, 7: not reachable.",
            "  sluice reload"
        })
final class ReloadCommand implements Callable<Integer> {

    @Mixin private AdminApi api;
    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    ReloadCommand() {}

    @Override
    public Integer call() {
        Object answer = api.ask("POST", "/admin/config/reload", null);
        PrintWriter out = spec.commandLine().getOut();
        out.print(ConfigChanges.of(answer));
        out.println(
                Documents.cell(Documents.field(answer, "result"))
                        + ": generation "
                        + Documents.cell(Documents.field(answer, "generation"))
                        + " is in force");
        out.flush();
        return 0;
    }
}
