package io.sluice.transport.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of commands about the configuration. */
@Command(
        name = "config",
        description = "Check, show, compare and take back the configuration.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ConfigCheckCommand.class,
            ConfigDiffCommand.class,
            ConfigHistoryCommand.class,
            ConfigRollbackCommand.class,
            ConfigShowCommand.class,
            ConfigSchemaCommand.class
        })
public final class ConfigCommand implements Runnable {

    /** What a command leaves behind where the configuration is invalid. */
    public static final int EXIT_INVALID = 3;

    @Spec private CommandSpec spec;

    /** A command for picocli to fill. */
    @SuppressWarnings("NullAway.Init")
    public ConfigCommand() {}

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "which one? check, show, schema, diff, history or rollback");
    }
}
