package io.sluice.transport.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of commands about prices. */
@Command(
        name = "price",
        description = "Show what models cost, and which have no price.",
        mixinStandardHelpOptions = true,
        subcommands = {PriceShowCommand.class, PriceCheckCommand.class})
public final class PriceCommand implements Runnable {

    @Spec private CommandSpec spec;

    /** A command for picocli to fill. */
    @SuppressWarnings("NullAway.Init")
    public PriceCommand() {}

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "which one? price show or price check");
    }
}
