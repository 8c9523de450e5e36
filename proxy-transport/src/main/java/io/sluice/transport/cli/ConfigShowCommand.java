package io.sluice.transport.cli;

import io.sluice.config.ConfigLocator;
import io.sluice.config.EffectiveValue;
import io.sluice.config.Finding;
import io.sluice.config.LoadedSettings;
import io.sluice.config.SettingsLoader;
import io.sluice.config.Severity;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what counts, secrets masked. */
@Command(
        name = "show",
        description = "Show the values that count; secrets are masked.",
        mixinStandardHelpOptions = true,
        footer = {"", "  sluice config show --origin", "  sluice config show --config sluice.yaml"})
final class ConfigShowCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "FILE", description = "the file to show")
    private @Nullable Path config;

    @Option(names = "--origin", description = "say where each value comes from")
    private boolean origin;

    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    ConfigShowCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Path file = config;
        if (file == null) {
            ConfigLocator.Location location = ConfigLocator.ofProcess().locate();
            err.println(location.describe());
            file = location.file();
        }
        LoadedSettings loaded = new SettingsLoader(System.getenv(), List.of()).load(file);
        for (Finding finding : loaded.findings()) {
            if (finding.severity() == Severity.ERROR) {
                err.println(finding.render());
            }
        }
        loaded.values().forEach(value -> out.println(line(value)));
        err.flush();
        out.flush();
        return loaded.hasErrors() ? ConfigCommand.EXIT_INVALID : 0;
    }

    private String line(EffectiveValue value) {
        String text = value.path() + ": " + value.text();
        if (!origin) {
            return text;
        }
        String effect = value.isUsed() ? "" : ", not used by this version";
        return text + "  # " + value.origin() + effect;
    }
}
