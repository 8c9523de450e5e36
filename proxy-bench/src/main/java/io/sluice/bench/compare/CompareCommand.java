package io.sluice.bench.compare;

import io.sluice.bench.load.Units;
import io.sluice.bench.report.Machine;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice bench compare}: this gateway beside nginx and the direct way, in turn. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a provider, then measures the direct way, nginx (where it is installed) and",
            "Sluice in turn, and reads from the system what each costs the processor."
        },
        footer = {
            "",
            "Exits with 8 when --check is missed.",
            "",
            "Examples:",
            "  sluice bench compare --json compare.json",
            "  sluice bench compare --workloads W1,W3 --rounds 3 --warmup 8s",
            "  sluice bench compare --peer litellm=http://127.0.0.1:4040"
        })
public final class CompareCommand implements Callable<Integer> {

    private static final int MISSED = 8;
    private static final double NANOS = 1e9;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--workloads",
            split = ",",
            defaultValue = "W1R,W1,W1O,W2,W3,W4,W5",
            description = "Of ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
    private List<Workload> workloads = new ArrayList<>();

    @Option(
            names = "--mode",
            defaultValue = "both",
            converter = Mode.Converter.class,
            description = {
                "What Sluice has switched on: everything (key of the database, hard budgets and",
                "limits at four levels, ledger into PostgreSQL, access log), off (no accounting),",
                "or both, as two contenders; default: ${DEFAULT-VALUE}."
            })
    private Mode mode = Mode.BOTH;

    @Option(
            names = "--contenders",
            split = ",",
            paramLabel = "NAME",
            description = {
                "Of direct, nginx, sluice-off and sluice, those that take part; default: all. What",
                "--jvm, --config and --peer name takes part always."
            })
    private Set<String> contenders = new LinkedHashSet<>();

    @Option(
            names = "--rate",
            defaultValue = "5000",
            description = "Calls a second of W1R; default: ${DEFAULT-VALUE}.")
    private double rate;

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            description = {
                "PostgreSQL for everything on. Without it one is started from the embedded",
                "binaries or the system's, and where there is none, SQLite is used."
            })
    private @Nullable String databaseUrl;

    @Option(names = "--rounds", defaultValue = "5", description = "Turns of each contender.")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "3", description = "Measured in each turn.")
    private double seconds;

    @Option(
            names = "--warmup",
            defaultValue = "24s",
            description = "For each contender and workload.")
    private String warmup = "24s";

    @Option(
            names = "--peer",
            paramLabel = "NAME=URL",
            description = "Another gateway that runs already.")
    private Map<String, URI> peers = new LinkedHashMap<>();

    @Option(
            names = "--config",
            paramLabel = "NAME=FILE",
            description = {
                "Sluice with another configuration beside the usual one; PROVIDER in it stands",
                "for the provider's base URL, KEY for the caller's key."
            })
    private Map<String, Path> configurations = new LinkedHashMap<>();

    @Option(
            names = "--jvm",
            paramLabel = "NAME=FLAGS",
            description = {
                "The last kind of Sluice that --mode names, once more with further JVM flags,",
                "parted by blanks."
            })
    private Map<String, String> jvms = new LinkedHashMap<>();

    @Option(names = "--no-pin", description = "Keeps no core for the contenders.")
    private boolean unpinned;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes all samples.")
    private @Nullable Path json;

    @Option(
            names = "--markdown",
            paramLabel = "FILE",
            description = {
                "Writes the tables: into a page that has the two marks of docs/benchmarks.md",
                "between them, else as the whole file."
            })
    private @Nullable Path markdown;

    @Option(
            names = "--check",
            description = {
                "Measures no times: W1 and W2 must be right in every byte and allocate no more",
                "than --max-call-bytes and --max-chunk-bytes, with accounting off unless --mode",
                "everything is given."
            })
    private boolean check;

    @Option(
            names = "--max-call-bytes",
            defaultValue = "4096",
            description = "Heap for a call on event loops; default: ${DEFAULT-VALUE}.")
    private double maxCallBytes;

    @Option(
            names = "--max-chunk-bytes",
            defaultValue = "48",
            description = "Heap for a streamed event; default: ${DEFAULT-VALUE}.")
    private double maxChunkBytes;

    /** For the command line, which fills the options in. */
    public CompareCommand() {}

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("sluice-bench");
        try {
            return check ? check(folder) : compare(folder);
        } finally {
            delete(folder);
        }
    }

    private int check(Path folder) throws IOException {
        Pinning.Cores anywhere = Pinning.NONE.contenders();
        OwnCertificate certificate = OwnCertificate.in(folder);
        try (ProviderProcess provider = ProviderProcess.start(folder, anywhere, null);
                BenchDatabase database =
                        mode == Mode.EVERYTHING ? database(folder, Pinning.NONE) : null;
                Gateway gateway =
                        checked(
                                new Site(
                                        folder,
                                        anywhere,
                                        provider.base(),
                                        Wire.PLAIN,
                                        certificate,
                                        List.of()),
                                database)) {
            AllocationCheck checking =
                    new AllocationCheck(gateway, seconds, Units.nanos(warmup) / NANOS, out());
            boolean calls = checking.isMet(Workload.W1, maxCallBytes);
            boolean chunks = checking.isMet(Workload.W2, maxChunkBytes);
            return calls && chunks ? 0 : MISSED;
        }
    }

    private static Gateway checked(Site site, @Nullable BenchDatabase database) throws IOException {
        return database == null
                ? Gateway.start(Lineup.OFF, Gateway.accountingOff(), site)
                : Gateway.startWithEverything(Lineup.EVERYTHING, site, database);
    }

    private int compare(Path folder) throws IOException {
        String machine = Machine.describe();
        Pinning pinning = unpinned ? Pinning.NONE : Pinning.ofThisMachine();
        pinning.pinThisProcess();
        List<Workload> fitting =
                workloads.stream().filter(one -> OpenFiles.allow(one, err())).toList();
        List<Sample> samples = new ArrayList<>();
        try (BenchDatabase database = database(folder, pinning)) {
            Lineup.Entries entries =
                    new Lineup.Entries(mode, database, jvms, configurations, peers, contenders);
            for (Wire wire : Wire.values()) {
                List<Workload> own = fitting.stream().filter(one -> one.wire() == wire).toList();
                if (!own.isEmpty()) {
                    samples.addAll(compare(folder, pinning, wire, entries, own));
                }
            }
            write(new ComparisonReport(setting(machine, pinning, database), samples));
        }
        return samples.stream().allMatch(one -> one.measurements().failed() == 0) ? 0 : MISSED;
    }

    private @Nullable BenchDatabase database(Path folder, Pinning pinning) throws IOException {
        if (!mode.hasEverything()) {
            return null;
        }
        return databaseUrl == null
                ? BenchDatabase.start(folder, pinning.load(), err())
                : BenchDatabase.running(databaseUrl);
    }

    private List<Sample> compare(
            Path folder, Pinning pinning, Wire wire, Lineup.Entries entries, List<Workload> own)
            throws IOException {
        List<Sample> samples = new ArrayList<>();
        try (Lineup lineup = Lineup.start(folder, pinning, wire, entries, err())) {
            Comparison comparison =
                    new Comparison(lineup, seconds, Units.nanos(warmup) / NANOS, rate, err());
            for (Workload workload : own) {
                samples.addAll(comparison.run(workload, rounds));
            }
        }
        return samples;
    }

    private Map<String, String> setting(
            String machine, Pinning pinning, @Nullable BenchDatabase database) throws IOException {
        Map<String, String> setting = new LinkedHashMap<>();
        setting.put("machine", machine);
        setting.put("commit", Commit.describe());
        setting.put("command", "bin/sluice " + commandLine());
        setting.put("pinning", pinning.describe());
        setting.put(
                "rounds",
                rounds + " of " + seconds + " s, warm-up " + warmup + " before each workload");
        if (mode.hasOff()) {
            setting.put(Lineup.OFF, "ledger.enabled: false, no access log, one key of the file");
        }
        if (database != null) {
            setting.put(
                    Lineup.EVERYTHING,
                    "key of the database, hard budgets and limits at four levels (gateway, team,"
                            + " user, key), ledger into "
                            + database.describe()
                            + ", access log in a file");
        }
        setting.put("JVM flags", Child.flags());
        return setting;
    }

    private String commandLine() {
        return String.join(" ", commandSpec().commandLine().getParseResult().originalArgs());
    }

    private void write(ComparisonReport report) throws IOException {
        out().print(report.toMarkdown());
        out().flush();
        if (markdown != null) {
            MarkdownFile.put(markdown, report.toMarkdown());
        }
        if (json != null) {
            Files.writeString(json, report.toJson());
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private PrintWriter out() {
        return commandSpec().commandLine().getOut();
    }

    private PrintWriter err() {
        return commandSpec().commandLine().getErr();
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("not run by a command line");
        }
        return spec;
    }
}
