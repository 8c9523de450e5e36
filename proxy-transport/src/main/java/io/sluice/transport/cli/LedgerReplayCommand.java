package io.sluice.transport.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Offers rows that the database refused to it again. */
@Command(
        name = "replay-refused",
        description = "Offer the rows that the database refused to it again.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "They lie in ledger/refused of the state folder. What the database takes leaves that",
            "file; a row that it has already is not stored twice. A gateway does the same when it",
            "starts. It asks the admin listener of a running gateway.",
            "Exit code 0: none is left, 1: some are still refused, 7: the database is away.",
            "  sluice ledger replay-refused"
        })
final class LedgerReplayCommand implements Callable<Integer> {

    @Mixin private AdminApi api;
    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    LedgerReplayCommand() {}

    @Override
    public Integer call() {
        Object answer = api.ask("POST", "/ledger/replay-refused", null);
        spec.commandLine().getOut().print(Documents.fields(answer));
        spec.commandLine().getOut().flush();
        return "0".equals(Documents.cell(Documents.field(answer, "left"))) ? 0 : 1;
    }
}
