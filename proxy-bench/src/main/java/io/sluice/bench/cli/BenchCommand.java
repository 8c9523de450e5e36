package io.sluice.bench.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.sluice.bench.canned.CannedSpec;
import io.sluice.bench.compare.ChangeCommand;
import io.sluice.bench.compare.CompareCommand;
import io.sluice.bench.compare.StartCommand;
import io.sluice.bench.load.Bodies;
import io.sluice.bench.load.CallLimits;
import io.sluice.bench.load.LoadPlan;
import io.sluice.bench.load.LoadRun;
import io.sluice.bench.load.LoadTls;
import io.sluice.bench.load.Measurements;
import io.sluice.bench.load.PreparedCall;
import io.sluice.bench.load.Profile;
import io.sluice.bench.load.Units;
import io.sluice.bench.report.CsvReport;
import io.sluice.bench.report.HtmlReport;
import io.sluice.bench.report.JsonReport;
import io.sluice.bench.report.LoadReport;
import io.sluice.bench.report.Machine;
import io.sluice.bench.report.TableReport;
import io.sluice.transport.cli.SluiceCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice bench}: makes load and measures what comes back. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Makes load on a gateway, checks every byte of the answers, and measures.",
            "It speaks OpenAI's dialect. The provider behind must be 'sluice upstream --canned'."
        },
        subcommands = {CompareCommand.class, StartCommand.class, ChangeCommand.class},
        footer = {
            "",
            "Exits with 8 when a limit, the goodput or a ratio is missed, with 1 when nothing was",
            "served.",
            "",
            "Examples:",
            "  sluice upstream --canned --port 9100",
            "  sluice bench --url http://127.0.0.1:4000 --key sk-... --model canned --rate 500",
            "  sluice bench --profile chat --slo ttft=500ms,gap.p99=50ms --html report.html",
            "  sluice bench --url http://127.0.0.1:4000 --baseline http://127.0.0.1:9100",
            "  sluice bench compare",
            "  sluice bench start",
            "  sluice bench changes"
        })
public final class BenchCommand implements SluiceCommand, Callable<Integer> {

    private static final int DEMAND_MISSED = 8;
    private static final long STEP_NANOS = 1_000_000_000;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--url",
            defaultValue = "http://127.0.0.1:4000",
            description = "Where to; a path is put before /v1.")
    private URI url = URI.create("http://127.0.0.1:4000");

    @Option(names = "--baseline", paramLabel = "URL", description = "The direct way, measured too.")
    private @Nullable URI baseline;

    @Option(
            names = "--key",
            defaultValue = "${env:SLUICE_KEY}",
            description = "The caller's key; default: SLUICE_KEY in the environment.")
    private @Nullable String key;

    @Option(names = "--model", defaultValue = "canned", description = "The model to ask for.")
    private String model = "canned";

    @Option(
            names = "--profile",
            defaultValue = "chat",
            description = "chat, agent, rag-100k, vision, embeddings or soak.")
    private String profileName = "chat";

    @Option(
            names = "--template",
            paramLabel = "FILE",
            description = "A request body with the places {{model}} and {{canned}}.")
    private @Nullable Path template;

    @Option(names = "--stream", negatable = true, description = "Streams or plain answers.")
    private @Nullable Boolean stream;

    @Option(names = "--ask-usage", description = "Streams ask for the event with the usage.")
    private boolean askUsage;

    @Option(names = "--prompt", paramLabel = "SIZE", description = "Size of prompts, 16KiB.")
    private @Nullable String prompt;

    @Option(names = "--chunks", description = "Events of a stream.")
    private @Nullable Integer chunks;

    @Option(names = "--answer", paramLabel = "SIZE", description = "Size of an event or an answer.")
    private @Nullable String answerSize;

    @Option(names = "--gap", paramLabel = "TIME", description = "Between two events, 20ms.")
    private @Nullable String gap;

    @Option(names = "--ttft", paramLabel = "TIME", description = "Before the first byte, 300ms.")
    private @Nullable String ttft;

    @Option(names = "--rate", description = "Calls a second, whatever comes back (open loop).")
    private double rate;

    @Option(
            names = {"--connections", "--concurrency"},
            defaultValue = "16",
            description = "Calls at once (closed loop); connections at most (open loop).")
    private int connections;

    @Option(names = "--ramp", description = "Connections opened a second; 0: all at once.")
    private double ramp;

    @Option(names = "--calls", description = "Ends after so many calls.")
    private long calls;

    @Option(
            names = {"--duration", "--for"},
            description = {
                "How long to measure: 10s; for the profile soak an hour, or as long as --calls",
                "take."
            })
    private @Nullable String duration;

    @Option(names = "--warmup", defaultValue = "0s", description = "How long before, unmeasured.")
    private String warmup = "0s";

    @Option(names = "--timeout", defaultValue = "60s", description = "For one call.")
    private String timeout = "60s";

    @Option(names = "--slices", defaultValue = "2", description = "Turns of each side.")
    private int slices;

    @Option(
            names = "--slo",
            split = ",",
            paramLabel = "LIMIT",
            description = {
                "Limits of each call, ttft=300ms, tpot=50ms, e2e=5s (these make the goodput), and",
                "of percentiles, gap.p99=80ms."
            })
    private List<String> slo = new ArrayList<>();

    @Option(
            names = "--goodput",
            defaultValue = "99",
            paramLabel = "PERCENT",
            description = "Share of calls that must be within the limits.")
    private double goodput;

    @Option(
            names = "--max-ratio",
            split = ",",
            paramLabel = "RATIO",
            description = "Greatest ratios to the baseline, e2e.p50=1.25.")
    private List<String> ratios = new ArrayList<>();

    @Option(
            names = "--loose",
            description = "Only framing and status are checked, for gateways that write anew.")
    private boolean loose;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description = {
                "The gateway's admin listener: memory, files and threads must not grow",
                "(for --profile soak)."
            })
    private @Nullable URI admin;

    @Option(
            names = "--pid",
            description = {
                "The gateway's process on this machine: as --admin, with the system's figures;",
                "direct memory needs --admin."
            })
    private @Nullable Long pid;

    @Option(names = "--insecure", description = "Takes any certificate.")
    private boolean insecure;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes a report.")
    private @Nullable Path json;

    @Option(names = "--csv", paramLabel = "FILE", description = "Writes a report.")
    private @Nullable Path csv;

    @Option(names = "--html", paramLabel = "FILE", description = "Writes a report.")
    private @Nullable Path html;

    /** For the command line, which fills the options in. */
    public BenchCommand() {}

    @Override
    public Integer call() throws IOException {
        Demands demands;
        List<Target> targets = new ArrayList<>();
        try {
            demands =
                    new Demands(
                            CallLimits.parse(slo),
                            goodput,
                            slo.isEmpty(),
                            CallLimits.parseRatios(ratios));
            targets.add(new Target("gateway", plan(url, demands.limits())));
            if (baseline != null) {
                targets.add(new Target("baseline", plan(baseline, demands.limits())));
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    commandSpec().commandLine(), String.valueOf(e.getMessage()), e);
        }
        if (!ratios.isEmpty() && baseline == null) {
            throw new ParameterException(
                    commandSpec().commandLine(), "--max-ratio needs --baseline");
        }
        SoakWatch watch = admin == null && pid == null ? null : new SoakWatch(admin, pid);
        List<LoadReport.Side> sides = run(targets, watch == null ? () -> {} : watch::look);
        List<LoadReport.Verdict> verdicts = new ArrayList<>(demands.verdicts(sides));
        if (watch != null) {
            verdicts.addAll(watch.verdicts());
        }
        LoadReport report = new LoadReport(setting(), sides, verdicts);
        write(report);
        if (sides.getFirst().measurements().good() == 0 && slo.isEmpty()) {
            return 1;
        }
        return report.isMet() ? 0 : DEMAND_MISSED;
    }

    private record Target(String name, LoadPlan plan) {}

    /** Runs the sides in turn, each several times, so that what changes meanwhile meets both. */
    private List<LoadReport.Side> run(List<Target> targets, Runnable onStep) {
        int turns = targets.size() == 1 ? 1 : slices;
        List<LoadReport.Side> sides = new ArrayList<>();
        for (Target target : targets) {
            sides.add(new LoadReport.Side(target.name(), new Measurements()));
        }
        for (int turn = 0; turn < turns; turn++) {
            for (int i = 0; i < targets.size(); i++) {
                int which = turn % 2 == 0 ? i : targets.size() - 1 - i;
                Measurements slice =
                        slice(targets.get(which), Units.nanos(howLong()) / turns, onStep);
                sides.get(which).measurements().add(slice);
            }
        }
        return sides;
    }

    private Measurements slice(Target target, long nanos, Runnable onStep) {
        PrintWriter err = commandSpec().commandLine().getErr();
        ProgressLine line = new ProgressLine(err, target.name());
        try (LoadRun run = LoadRun.start(target.plan())) {
            if (Units.nanos(warmup) > 0) {
                line.follow(run, Units.nanos(warmup), STEP_NANOS, true, () -> {});
                run.beginMeasuring();
            }
            line.follow(run, nanos, STEP_NANOS, false, onStep);
            Measurements measured = run.finish().join();
            line.end();
            if (!run.firstFailure().isEmpty()) {
                err.println(target.name() + ": first failure: " + run.firstFailure());
            }
            return measured;
        }
    }

    private LoadPlan plan(URI target, CallLimits limits) throws IOException {
        int port = target.getPort();
        boolean secure = "https".equals(target.getScheme());
        if (port < 0) {
            port = secure ? 443 : 80;
        }
        return new LoadPlan(
                new InetSocketAddress(target.getHost(), port),
                secure ? tls() : null,
                List.of(prepared(target)),
                rate,
                connections,
                ramp,
                calls,
                Units.nanos(timeout),
                limits);
    }

    private SslContext tls() throws IOException {
        return insecure ? LoadTls.anyCertificate() : SslContextBuilder.forClient().build();
    }

    private PreparedCall prepared(URI target) throws IOException {
        Profile profile = Profile.of(profileName);
        CannedSpec answer = answer(profile);
        int promptBytes = prompt == null ? profile.promptBytes() : Units.bytes(prompt);
        String body =
                template == null
                        ? Bodies.of(profile.shape(), model, answer, promptBytes, askUsage)
                        : Bodies.ofTemplate(Files.readString(template, UTF_8), model, answer);
        boolean checked = !loose && body.contains(answer.token());
        return PreparedCall.of(
                target, key, Bodies.path(profile.shape()), body, checked ? answer : null);
    }

    private CannedSpec answer(Profile profile) {
        CannedSpec usual = profile.answer();
        boolean streams = stream == null ? usual.stream() : stream;
        int size = answerSize == null ? -1 : Units.bytes(answerSize);
        return new CannedSpec(
                streams,
                streams ? orElse(chunks, Math.max(1, usual.chunks())) : 0,
                streams ? (size < 0 ? usual.chunkBytes() : size) : 0,
                streams ? 0 : size < 0 ? Math.max(2048, usual.answerBytes()) : size,
                gap == null ? (streams ? usual.gapMicros() : 0) : Units.nanos(gap) / 1000,
                ttft == null ? usual.firstMicros() : Units.nanos(ttft) / 1000);
    }

    private String howLong() {
        if (duration != null) {
            return duration;
        }
        if (Profile.of(profileName) == Profile.SOAK) {
            return calls > 0 ? "168h" : "1h";
        }
        return "10s";
    }

    private static int orElse(@Nullable Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }

    private Map<String, String> setting() {
        Map<String, String> setting = new LinkedHashMap<>();
        setting.put("url", url.toString());
        if (baseline != null) {
            setting.put("baseline", baseline.toString());
        }
        setting.put("profile", profileName);
        setting.put("answer", answer(Profile.of(profileName)).token());
        setting.put("loop", rate > 0 ? "open, " + rate + "/s" : "closed");
        setting.put("connections", Integer.toString(connections));
        setting.put("duration", howLong());
        setting.put("warmup", warmup);
        setting.put("checked", loose ? "framing" : "every byte");
        setting.put("machine", Machine.describe());
        return setting;
    }

    private void write(LoadReport report) throws IOException {
        PrintWriter out = commandSpec().commandLine().getOut();
        out.print(TableReport.of(report));
        out.flush();
        write(json, JsonReport.of(report));
        write(csv, CsvReport.of(report));
        write(html, HtmlReport.of(report));
    }

    private static void write(@Nullable Path file, String text) throws IOException {
        if (file != null) {
            Files.writeString(file, text);
        }
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("not run by a command line");
        }
        return spec;
    }
}
