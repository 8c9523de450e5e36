package io.sluice.transport.cli;

import io.sluice.transport.Version;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code sluice} command. */
@Command(
        name = "sluice",
        description = "An LLM gateway: keys, routing, accounts and streams for every provider.",
        mixinStandardHelpOptions = true,
        versionProvider = Sluice.Versions.class,
        subcommands = {
            ServeCommand.class,
            TrainCommand.class,
            ConfigCommand.class,
            ReloadCommand.class,
            PriceCommand.class,
            KeyCommand.class,
            BudgetCommand.class,
            SpendCommand.class,
            ChatCommand.class,
            DbCommand.class,
            LedgerCommand.class,
            RouteCommand.class,
            TargetCommand.class,
            StateCommand.class,
            VersionCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "First steps:",
            "  sluice demo                     serve with simulated providers, nothing needed",
            "  sluice serve --config F         serve",
            "  sluice config check F           look for mistakes",
            "  sluice key create --alias me    make a key for a caller",
            "  sluice chat MODEL why           ask a model"
        })
public final class Sluice implements Runnable {

    @Spec private @Nullable CommandSpec spec;

    /** Runs the command and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(newCommandLine().execute(arguments));
    }

    /** The command with all that other modules add to it. */
    public static CommandLine newCommandLine() {
        CommandLine line = new CommandLine(new Sluice());
        for (SluiceCommand command : ServiceLoader.load(SluiceCommand.class)) {
            line.addSubcommand(command);
        }
        line.setExecutionExceptionHandler((failure, failed, _) -> {
            failed.getErr().println("error: " + failure.getMessage());
            return failure instanceof AdminApi.Failure told ? told.exitCode() : 1;
        });
        return line;
    }

    @Override
    public void run() {
        CommandSpec own = spec;
        if (own != null) {
            throw new CommandLine.ParameterException(own.commandLine(), "name a command");
        }
    }

    /** What {@code --version} prints. */
    static final class Versions implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"sluice " + Version.text()};
        }
    }
}
