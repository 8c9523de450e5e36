package io.sluice.transport.cli;

import io.sluice.ledger.LedgerVerifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what waits in the journal. */
@Command(
        name = "status",
        description = "Show what the journal holds and how far its readers are.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit code 0: shown, 1: there is no ledger, 3: the configuration is invalid.",
            "  sluice ledger status --state-dir /var/lib/sluice"
        })
final class LedgerStatusCommand implements Callable<Integer> {

    @Mixin private LedgerOptions options;
    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    LedgerStatusCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Path folder = options.folder(err);
        if (folder == null) {
            err.flush();
            return ConfigCommand.EXIT_INVALID;
        }
        LedgerVerifier.Report report = LedgerOptions.read(folder, err);
        out.printf(
                Locale.ROOT,
                "ledger %s, %s%n",
                report.ledger() == null ? "without a journal" : report.ledger(),
                report.inUse() ? "in use" : "not in use");
        out.printf(
                Locale.ROOT,
                "journal: %d segments, %,d bytes, positions %,d to %,d, %,d settled, %,d open%n",
                report.segments(),
                report.bytes(),
                report.oldest(),
                report.end(),
                report.settles(),
                report.open());
        for (Map.Entry<String, Long> reader : report.readers().entrySet()) {
            out.printf(
                    Locale.ROOT,
                    "reader %s: at %,d, %,d bytes behind%n",
                    reader.getKey(),
                    reader.getValue(),
                    Math.max(0, report.end() - Math.max(reader.getValue(), report.oldest())));
        }
        out.flush();
        err.flush();
        return 0;
    }
}
