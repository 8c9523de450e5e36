package io.sluice.transport.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of commands about the ledger's files. */
@Command(
        name = "ledger",
        description = "Look at the ledger's files: whether they are whole, and what waits in them.",
        mixinStandardHelpOptions = true,
        subcommands = {
            LedgerVerifyCommand.class,
            LedgerStatusCommand.class,
            LedgerReplayCommand.class
        })
public final class LedgerCommand implements Runnable {

    @Spec private CommandSpec spec;

    /** A command for picocli to fill. */
    @SuppressWarnings("NullAway.Init")
    public LedgerCommand() {}

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "which one? ledger verify, status or replay-refused");
    }
}
