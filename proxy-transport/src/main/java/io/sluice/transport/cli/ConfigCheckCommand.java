package io.sluice.transport.cli;

import io.sluice.config.ConfigLocator;
import io.sluice.config.Finding;
import io.sluice.config.LoadedSettings;
import io.sluice.config.SettingsLoader;
import io.sluice.config.Severity;
import io.sluice.price.LargestAnswers;
import io.sluice.price.PriceTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks configuration files without starting anything. */
@Command(
        name = "check",
        description = "Check configuration files; findings go to standard error.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit code 0: usable, 3: not usable.",
            "  sluice config check",
            "  sluice config check --verbose proxy_config.yaml"
        })
final class ConfigCheckCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "files; without one, the file that serve takes")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--verbose", description = "show notes as well")
    private boolean verbose;

    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    ConfigCheckCommand() {}

    @Override
    public Integer call() {
        if (files.isEmpty()) {
            ConfigLocator.Location location = ConfigLocator.ofProcess().locate();
            err().println(location.describe());
            return check(location.file()) ? 0 : ConfigCommand.EXIT_INVALID;
        }
        boolean isValid = true;
        for (Path file : files) {
            isValid &= check(file);
        }
        return isValid ? 0 : ConfigCommand.EXIT_INVALID;
    }

    private boolean check(@Nullable Path file) {
        LoadedSettings loaded = new SettingsLoader(System.getenv(), List.of()).load(file);
        for (Finding finding : loaded.findings()) {
            if (verbose || finding.severity() != Severity.NOTE) {
                err().println(finding.render());
            }
        }
        List<Finding> ofPrices = loaded.hasErrors() ? List.of() : ofPrices(loaded);
        ofPrices.forEach(finding -> err().println(finding.render()));
        String name = file == null ? "defaults" : file.toString();
        if (loaded.hasErrors()) {
            err().println(name + ": not usable: " + summary(loaded, 0));
        } else {
            out().println(
                            name
                                    + ": ok: "
                                    + summary(loaded, ofPrices.size())
                                    + " sha256="
                                    + loaded.digest());
        }
        err().flush();
        out().flush();
        return !loaded.hasErrors();
    }

    /** What is said of models once their prices are known. */
    private List<Finding> ofPrices(LoadedSettings loaded) {
        try {
            PriceTable prices = PriceTable.load(loaded.settings().prices());
            return LargestAnswers.check(loaded.settings(), prices);
        } catch (IOException e) {
            err().println("warning: " + e.getMessage());
            return List.of();
        }
    }

    private String summary(LoadedSettings loaded, int further) {
        long notes = loaded.count(Severity.NOTE);
        String hint = notes == 0 || verbose ? "" : " (shown by --verbose)";
        return counted(loaded.count(Severity.ERROR), "error")
                + ", "
                + counted(loaded.count(Severity.WARNING) + further, "warning")
                + ", "
                + counted(notes, "note")
                + hint
                + ", "
                + counted(loaded.settings().models().size(), "target");
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
