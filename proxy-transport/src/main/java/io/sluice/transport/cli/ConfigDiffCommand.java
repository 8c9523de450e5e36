package io.sluice.transport.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows what a reload would change. */
@Command(
        name = "diff",
        description = "Show what a running gateway's file says differently from what is in force.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Secrets are masked; one that is another is marked so. It asks the admin listener.",
            "  sluice config diff"
        })
final class ConfigDiffCommand implements Callable<Integer> {

    @Mixin private AdminApi api;
    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    ConfigDiffCommand() {}

    @Override
    public Integer call() {
        Object answer = api.ask("GET", "/admin/config/diff", null);
        PrintWriter out = spec.commandLine().getOut();
        String changes = ConfigChanges.of(answer);
        out.print(changes.isEmpty() ? "no difference\n" : changes);
        out.flush();
        return 0;
    }
}
