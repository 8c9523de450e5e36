package io.sluice.bench.compare;

import io.sluice.bench.canned.CannedSpec;
import io.sluice.bench.load.Bodies;
import io.sluice.bench.load.Profile;
import io.sluice.bench.report.Machine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice bench changes}: how soon a change of a key counts. */
@Command(
        name = "changes",
        mixinStandardHelpOptions = true,
        description = {
            "Blocks keys, and takes their models away, while two processes on one PostgreSQL serve",
            "calls with them one after the other; measures from the management's answer to the",
            "first call that is refused, and to the last that begins and is served: in the process that",
            "was asked, and in the other one, which hears of it by the database's notification. 0 is",
            "before the answer."
        })
public final class ChangeCommand implements Callable<Integer> {

    private static final long PATIENCE_MILLIS = 30_000;
    private static final int CALLS_BEFORE = 5;
    private static final double LOOK_SECONDS = 0.001;
    private static final double NANOS_IN_MILLIS = 1e6;

    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--rounds", defaultValue = "300", description = "Keys that are changed.")
    private int rounds;

    @Option(names = "--database", paramLabel = "URL", description = "A PostgreSQL that runs.")
    private @Nullable String databaseUrl;

    @Option(names = "--no-pin", description = "Keeps no core for the gateways.")
    private boolean unpinned;

    /** For the command line, which fills the options in. */
    public ChangeCommand() {}

    /** Calls with one key until one is refused. */
    private static final class Caller implements Runnable {

        private final Calls calls;
        private volatile int served;
        private volatile long lastServedNanos;
        private volatile long refusedNanos;
        private volatile @Nullable IOException failure;

        Caller(Gateway gateway, String key, String body) throws IOException {
            calls = new Calls(gateway.base(), key, body);
        }

        @Override
        public void run() {
            try (calls) {
                int count = 0;
                long begun = System.nanoTime();
                while (calls.ask() == 200) {
                    lastServedNanos = begun;
                    served = ++count;
                    begun = System.nanoTime();
                }
                refusedNanos = System.nanoTime();
            } catch (IOException e) {
                failure = e;
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        Pinning pinning = unpinned ? Pinning.NONE : Pinning.ofThisMachine();
        String machine = Machine.describe();
        pinning.pinThisProcess();
        PrintWriter out = commandSpec().commandLine().getOut();
        Path folder = Files.createTempDirectory("sluice-bench");
        try (BenchDatabase database = database(folder, pinning);
                ProviderProcess provider = ProviderProcess.start(folder, pinning.load(), null)) {
            Site site =
                    new Site(
                            folder,
                            pinning.contenders(),
                            provider.base(),
                            Wire.PLAIN,
                            OwnCertificate.in(folder),
                            List.of());
            String yaml = configuration(database.url());
            try (Gateway asked = Gateway.start("asked", yaml, site);
                    Gateway other =
                            database.url() == null ? null : Gateway.start("other", yaml, site)) {
                long[][] here = new long[2][rounds];
                long[][] there = new long[2][other == null ? 0 : rounds];
                for (int round = 0; round < rounds; round++) {
                    measure(asked, other, round, here, there);
                }
                report(out, machine, database, here, there);
            }
        } finally {
            CompareCommand.delete(folder);
        }
        return 0;
    }

    private BenchDatabase database(Path folder, Pinning pinning) throws IOException {
        return databaseUrl == null
                ? BenchDatabase.start(folder, pinning.load(), commandSpec().commandLine().getErr())
                : BenchDatabase.running(databaseUrl);
    }

    private static String configuration(@Nullable String databaseUrl) {
        return """
        general_settings: {master_key: %s, salt_key: bench-salt-0123456789abcdef}
        database: {url: %s}
        logging: {access: "off", level: warn}
        model_list:
          - model_name: canned
            litellm_params: {model: openai/canned, api_base: PROVIDER, api_key: sk-up}
        """
                .formatted(EverythingOn.MASTER_KEY, databaseUrl == null ? "null" : databaseUrl);
    }

    private static void measure(
            Gateway asked, @Nullable Gateway other, int round, long[][] here, long[][] there)
            throws IOException {
        String id = Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
        String key = "\"key\":\"sk-bench-" + id + "\"";
        asked.admin().post("/key/generate", "{" + key + "}");
        String body = Bodies.of(Profile.Shape.CHAT, "canned", CannedSpec.plain(256), 256, true);
        Caller first = new Caller(asked, "sk-bench-" + id, body);
        Caller second = other == null ? null : new Caller(other, "sk-bench-" + id, body);
        Thread one = Thread.ofPlatform().start(first);
        Thread two = second == null ? null : Thread.ofPlatform().start(second);
        awaitCalls(first);
        if (second != null) {
            awaitCalls(second);
        }
        if (round % 2 == 0) {
            asked.admin().post("/key/block", "{" + key + "}");
        } else {
            asked.admin().post("/key/update", "{" + key + ",\"models\":[\"another\"]}");
        }
        long answered = System.nanoTime();
        after(answered, first, one, round, here);
        if (second != null && two != null) {
            after(answered, second, two, round, there);
        }
    }

    private static void awaitCalls(Caller caller) throws IOException {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (caller.served < CALLS_BEFORE) {
            IOException failure = caller.failure;
            if (failure != null) {
                throw failure;
            }
            if (caller.refusedNanos != 0 || System.nanoTime() - end > 0) {
                throw new IOException("a new key is not served");
            }
            Pause.seconds(LOOK_SECONDS);
        }
    }

    private static void after(
            long answered, Caller caller, Thread thread, int round, long[][] nanos)
            throws IOException {
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        IOException failure = caller.failure;
        if (failure != null) {
            throw failure;
        }
        if (caller.refusedNanos == 0) {
            throw new IOException("a changed key is still served after half a minute");
        }
        nanos[0][round] = Math.max(0, caller.refusedNanos - answered);
        nanos[1][round] = Math.max(0, caller.lastServedNanos - answered);
    }

    private void report(
            PrintWriter out,
            String machine,
            BenchDatabase database,
            long[][] here,
            long[][] there) {
        out.println("* machine: " + machine);
        out.println("* " + rounds + " keys, " + database.describe());
        out.println();
        out.println(
                "| after the management's answer | first refused call is answered: p50 | p99 | max |"
                        + " last served call begins: p50 | p99 | max |");
        out.println("|---|---|---|---|---|---|---|");
        row(out, "in the process that was asked", here);
        if (there[0].length > 0) {
            row(out, "in another process", there);
        }
        out.flush();
    }

    private static void row(PrintWriter out, String name, long[][] nanos) {
        out.print("| " + name);
        for (long[] one : nanos) {
            out.printf(
                    Locale.ROOT,
                    " | %.2f ms | %.2f ms | %.2f ms",
                    Calls.percentile(one, 50) / NANOS_IN_MILLIS,
                    Calls.percentile(one, 99) / NANOS_IN_MILLIS,
                    Calls.percentile(one, 100) / NANOS_IN_MILLIS);
        }
        out.println(" |");
    }

    private CommandSpec commandSpec() {
        CommandSpec filled = spec;
        assert filled != null;
        return filled;
    }
}
