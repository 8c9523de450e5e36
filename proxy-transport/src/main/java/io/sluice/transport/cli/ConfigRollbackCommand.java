package io.sluice.transport.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Takes the configuration of a running gateway back. */
@Command(
        name = "rollback",
        description = "Put an earlier configuration in force, and into its files.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "It is checked as a whole first; one that cannot be used any more changes nothing.",
            "What stands in the files now is lost unless it was in force.",
            "It asks the admin listener.",
            "Exit code 0: in force, 3: not usable, 5: no such configuration is kept.",
            "  sluice config rollback",
            "  sluice config rollback --to 12"
        })
final class ConfigRollbackCommand implements Callable<Integer> {

    @Option(
            names = "--to",
            paramLabel = "NUMBER",
            description = "One of sluice config history; without it, the one before.")
    private @Nullable Long number;

    @Mixin private AdminApi api;
    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    ConfigRollbackCommand() {}

    @Override
    public Integer call() {
        String query = number == null ? "" : "?to=" + number;
        Object answer = api.ask("POST", "/admin/config/rollback" + query, null);
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
