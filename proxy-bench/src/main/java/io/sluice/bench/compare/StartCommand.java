package io.sluice.bench.compare;

import io.sluice.bench.canned.CannedSpec;
import io.sluice.bench.load.Bodies;
import io.sluice.bench.load.Profile;
import io.sluice.bench.load.Spread;
import io.sluice.bench.report.Machine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice bench start}: how long a start takes, and how slow the first calls are. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = {
            "Starts Sluice several times with the launcher's AOT cache and without it, in turn,",
            "and measures from the start of the process to the first answer; then the 99th",
            "percentile of the first 1,000 calls, made one after the other, beside that of calls",
            "when warm."
        })
public final class StartCommand implements Callable<Integer> {

    private static final int FIRST_CALLS = 1000;
    private static final double NANOS_IN_MILLIS = 1e6;
    private static final double NANOS_IN_MICROS = 1e3;

    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--rounds", defaultValue = "5", description = "Starts of each kind.")
    private int rounds;

    @Option(
            names = "--warm-calls",
            defaultValue = "30000",
            description = "After how many calls it is taken for warm; default: ${DEFAULT-VALUE}.")
    private int warmCalls;

    @Option(names = "--no-pin", description = "Keeps no core for the gateway.")
    private boolean unpinned;

    /** For the command line, which fills the options in. */
    public StartCommand() {}

    /**
     * One start.
     *
     * @param readyNanos until it said that it is ready
     * @param servedNanos until its first answer
     * @param cpuNanos that it used until then
     * @param firstP99 of the first calls
     * @param warmP99 of as many when warm
     */
    private record Start(
            long readyNanos, long servedNanos, long cpuNanos, long firstP99, long warmP99) {

        double ratio() {
            return (double) firstP99 / warmP99;
        }
    }

    @Override
    public Integer call() throws IOException {
        Pinning pinning = unpinned ? Pinning.NONE : Pinning.ofThisMachine();
        String machine = Machine.describe();
        pinning.pinThisProcess();
        Path folder = Files.createTempDirectory("sluice-bench");
        Path cache = Child.cache();
        List<Start> without = new ArrayList<>();
        List<Start> with = new ArrayList<>();
        try (ProviderProcess provider = ProviderProcess.start(folder, pinning.load(), null)) {
            Site site =
                    new Site(
                            folder,
                            pinning.contenders(),
                            provider.base(),
                            Wire.PLAIN,
                            OwnCertificate.in(folder),
                            List.of());
            for (int round = 0; round < rounds; round++) {
                without.add(start(site, null));
                if (cache != null) {
                    with.add(start(site, cache));
                }
            }
        } finally {
            CompareCommand.delete(folder);
        }
        report(machine, without, with);
        return 0;
    }

    private Start start(Site site, @Nullable Path cache) throws IOException {
        CannedSpec answer = CannedSpec.plain(2048);
        String body = Bodies.of(Profile.Shape.CHAT, "canned", answer, 1024, true);
        long begun = System.nanoTime();
        try (Gateway gateway = Gateway.start(Lineup.OFF, Gateway.accountingOff(), site, cache);
                Calls calls = ready(gateway, body)) {
            long ready = System.nanoTime();
            long[] first = calls.make(1);
            long served = System.nanoTime();
            long cpu = gateway.processes().cpuNanos();
            long[] next = calls.make(FIRST_CALLS - 1);
            next = concat(first, next);
            calls.make(warmCalls);
            long[] warm = calls.make(FIRST_CALLS);
            return new Start(
                    ready - begun,
                    served - begun,
                    cpu,
                    Calls.percentile(next, 99),
                    Calls.percentile(warm, 99));
        }
    }

    private static Calls ready(Gateway gateway, String body) throws IOException {
        return new Calls(gateway.base(), gateway.key(), body);
    }

    private static long[] concat(long[] first, long[] next) {
        long[] all = new long[first.length + next.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(next, 0, all, first.length, next.length);
        return all;
    }

    private void report(String machine, List<Start> without, List<Start> with) {
        PrintWriter out = commandSpec().commandLine().getOut();
        out.println("* machine: " + machine);
        out.println("* " + rounds + " starts of each kind, accounting off, SQLite for keys");
        out.println();
        out.println(
                "| | ready | first call served | processor until then | p99 of the first 1,000 |"
                        + " p99 warm | ratio |");
        out.println("|---|---|---|---|---|---|---|");
        row(out, "no AOT cache", without);
        row(out, "AOT cache", with);
        if (with.isEmpty()) {
            out.println();
            out.println("There is no AOT cache here: the launcher records one when it has built.");
        }
        out.flush();
    }

    private static void row(PrintWriter out, String name, List<Start> starts) {
        if (starts.isEmpty()) {
            return;
        }
        out.printf(
                Locale.ROOT,
                "| %s | %s ms | %s ms | %s ms | %s µs | %s µs | %s |%n",
                name,
                range(starts, start -> start.readyNanos / NANOS_IN_MILLIS),
                range(starts, start -> start.servedNanos / NANOS_IN_MILLIS),
                range(starts, start -> start.cpuNanos / NANOS_IN_MILLIS),
                range(starts, start -> start.firstP99 / NANOS_IN_MICROS),
                range(starts, start -> start.warmP99 / NANOS_IN_MICROS),
                range(starts, Start::ratio));
    }

    private static String range(List<Start> starts, ToDoubleFunction<Start> value) {
        double[] sorted = starts.stream().mapToDouble(value).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "%,.1f [%,.1f, %,.1f]",
                Spread.median(sorted),
                sorted[0],
                sorted[sorted.length - 1]);
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("not run by a command line");
        }
        return spec;
    }
}
