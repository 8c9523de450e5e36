package io.sluice.transport.cli;

import io.sluice.config.ConfigLocator;
import io.sluice.config.Finding;
import io.sluice.config.LoadedSettings;
import io.sluice.config.SettingsLoader;
import io.sluice.config.Severity;
import io.sluice.ledger.Ledger;
import io.sluice.ledger.LedgerVerifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which ledger a command looks at, and how it reads it. */
final class LedgerOptions {

    @Option(names = "--state-dir", paramLabel = "D", description = "the state folder")
    private @Nullable Path stateDir;

    @Option(
            names = "--config",
            paramLabel = "F",
            description = "the configuration file, which names the state folder")
    private @Nullable Path config;

    /** The ledger's folder, or {@code null} where the configuration is invalid. */
    @Nullable Path folder(PrintWriter err) {
        if (stateDir != null) {
            return Ledger.folder(stateDir);
        }
        Path file = config;
        if (file == null) {
            file = ConfigLocator.ofProcess().locate().file();
        }
        LoadedSettings loaded = new SettingsLoader(System.getenv(), List.of()).load(file);
        if (loaded.hasErrors()) {
            for (Finding finding : loaded.findings()) {
                if (finding.severity() == Severity.ERROR) {
                    err.println(finding.render());
                }
            }
            return null;
        }
        return Ledger.folder(loaded.settings().stateDir());
    }

    /**
     * Reads the whole ledger.
     *
     * @throws IOException when it cannot be read, or there is none
     */
    static LedgerVerifier.Report read(Path folder, PrintWriter err) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + ": there is no ledger");
        }
        return new LedgerVerifier(folder)
                .verify(records -> {
                    err.printf(Locale.ROOT, "%,d records read%n", records);
                    err.flush();
                });
    }
}
