package io.sluice.transport.cli;

import io.sluice.ledger.LedgerVerifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says whether the journal is as it was written. */
@Command(
        name = "verify",
        description = "Follow the journal's chain, and name the first place that was changed.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit code 0: all is as it was written, 1: it is not, 3: the configuration is invalid.",
            "It may run while the service does.",
            "  sluice ledger verify --state-dir /var/lib/sluice"
        })
final class LedgerVerifyCommand implements Callable<Integer> {

    @Mixin private LedgerOptions options;
    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    LedgerVerifyCommand() {}

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
                "%d segments, %,d bytes: %,d attempts admitted, %,d reports of progress,"
                        + " %,d settled, %,d open%n",
                report.segments(),
                report.bytes(),
                report.admits(),
                report.progress(),
                report.settles(),
                report.open());
        String fault = report.fault();
        out.println(fault == null ? "whole" : "broken: " + fault);
        out.flush();
        err.flush();
        return fault == null ? 0 : 1;
    }
}
