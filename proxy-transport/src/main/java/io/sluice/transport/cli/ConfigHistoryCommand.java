package io.sluice.transport.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the configurations that were in force. */
@Command(
        name = "history",
        description = "List the configurations that a running gateway had in force last.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The latest comes first. It asks the admin listener.",
            "  sluice config history"
        })
final class ConfigHistoryCommand implements Callable<Integer> {

    private static final List<String> COLUMNS = List.of("number", "at", "by", "digest");

    @Mixin private AdminApi api;
    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    ConfigHistoryCommand() {}

    @Override
    public Integer call() {
        Object answer = api.ask("GET", "/admin/config/history", null);
        List<List<String>> rows = new ArrayList<>();
        for (Object entry : Documents.entries(Documents.field(answer, "history"))) {
            rows.add(
                    COLUMNS.stream()
                            .map(column -> Documents.cell(Documents.field(entry, column)))
                            .toList());
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(Documents.rows("table", COLUMNS, rows));
        out.flush();
        return 0;
    }
}
