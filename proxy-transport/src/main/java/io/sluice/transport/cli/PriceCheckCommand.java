package io.sluice.transport.cli;

import io.sluice.config.ModelEntry;
import io.sluice.config.PriceSettings;
import io.sluice.price.PriceTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Names the configured models that have no price. */
@Command(
        name = "check",
        description = "Name the configured models that have no price.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit code 0: all have one, 1: some have none, 3: the configuration is invalid.",
            "Names with * are looked up when they are called, and not here.",
            "  sluice price check --config sluice.yaml"
        })
final class PriceCheckCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "F", description = "the configuration file")
    private @Nullable Path config;

    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    PriceCheckCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        PriceLists lists = PriceLists.load(config, err);
        PriceTable table = lists.table();
        if (table == null) {
            err.flush();
            return ConfigCommand.EXIT_INVALID;
        }
        List<ModelEntry> models = lists.loaded().settings().models();
        List<ModelEntry> unpriced =
                models.stream()
                        .filter(entry -> !entry.model().contains("*"))
                        .filter(entry -> table.of(entry).find(entry.model()) == null)
                        .toList();
        for (ModelEntry entry : unpriced) {
            out.printf(
                    Locale.ROOT,
                    "%s: no price: %s -> %s/%s%n",
                    entry.origin(),
                    entry.name(),
                    entry.provider(),
                    entry.model());
        }
        out.printf(
                Locale.ROOT,
                "%d of %d targets have no price%s; built-in table of %s%n",
                unpriced.size(),
                models.size(),
                unpriced.isEmpty() ? "" : ", " + consequence(table.unknown()),
                table.builtInDate());
        out.flush();
        err.flush();
        return unpriced.isEmpty() ? 0 : 1;
    }

    private static String consequence(PriceSettings.Unknown unknown) {
        return switch (unknown) {
            case REFUSE -> "their calls are refused (prices.unknown: refuse)";
            case FLAG -> "the cost of their calls is unknown (prices.unknown: flag)";
            case ZERO -> "their calls count as free (prices.unknown: zero)";
        };
    }
}
