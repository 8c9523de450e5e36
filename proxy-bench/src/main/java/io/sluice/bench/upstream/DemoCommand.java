package io.sluice.bench.upstream;

import io.sluice.config.AdminSettings;
import io.sluice.config.Allowance;
import io.sluice.config.Http2Settings;
import io.sluice.config.KeyEntry;
import io.sluice.config.LedgerSettings;
import io.sluice.config.ListenSettings;
import io.sluice.config.ModelEntry;
import io.sluice.config.Secret;
import io.sluice.config.Settings;
import io.sluice.config.TargetTraits;
import io.sluice.config.TranslationRules;
import io.sluice.transport.GatewayServer;
import io.sluice.transport.cli.Signals;
import io.sluice.transport.cli.SluiceCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice demo}: the gateway in front of a simulated provider, both in this process. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Serves a gateway that needs no key, no database and no network.")
public final class DemoCommand implements SluiceCommand, Callable<Integer> {

    /** What a small model costs, so that the demo's calls cost something. */
    private static final Map<String, BigDecimal> PRICES =
            Map.of(
                    "input_cost_per_token", new BigDecimal("0.0000004"),
                    "output_cost_per_token", new BigDecimal("0.0000016"));

    /** Room for a few calls at a time, so that the first start takes little of the disk. */
    private static final LedgerSettings LEDGER =
            new LedgerSettings(
                    true, 4 << 20, 64 << 20, Duration.ofMillis(50), LedgerSettings.WhenFull.REFUSE);

    private static final String HOST = "127.0.0.1";

    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--port", defaultValue = "4000", description = "Port of the API.")
    private int port;

    @Option(names = "--admin-port", defaultValue = "4001", description = "Port for operators.")
    private int adminPort;

    /** For the command line, which fills the options in. */
    public DemoCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("not run by a command line");
        }
        PrintWriter out = spec.commandLine().getOut();
        String key = DemoCard.newKey();
        Options options = Options.DEFAULT.withModels(providerModels());
        try (SimulatedProvider provider = SimulatedProvider.start(options)) {
            GatewayServer gateway = GatewayServer.start(settings(provider, key, out));
            Signals.handle(gateway);
            DemoCard card = new DemoCard(gateway.dataPort(), gateway.adminPort(), key);
            out.print(card.text());
            out.flush();
            gateway.awaitTermination();
        }
        return 0;
    }

    private Settings settings(SimulatedProvider provider, String key, PrintWriter out)
            throws IOException {
        String base = provider.baseUri() + "/v1";
        Settings defaults = Settings.defaults();
        return new Settings(
                new ListenSettings(HOST, free(port, out), null, null, Http2Settings.DEFAULT),
                new AdminSettings(HOST, free(adminPort, out), false),
                stateFolder(),
                null,
                List.of(
                        model("demo-fast", "demo-fast", base),
                        model("demo-smart", "demo-smart", base),
                        model("demo-flaky", "demo-flaky-a", base),
                        model("demo-flaky", "demo-flaky-b", base),
                        model("demo-embed", "demo-embed", base)),
                Map.of(),
                List.of(new KeyEntry("demo", Secret.of(key), List.of())),
                defaults.limits(),
                defaults.timeouts(),
                defaults.upstream(),
                defaults.streaming(),
                defaults.router(),
                defaults.logging(),
                defaults.cors(),
                defaults.prices(),
                defaults.budgets(),
                defaults.database(),
                LEDGER,
                defaults.onDisconnect(),
                defaults.redis(),
                defaults.accounts(),
                defaults.routing(),
                defaults.health(),
                defaults.failover());
    }

    private static Map<String, Knobs> providerModels() {
        Map<String, Knobs> models = new LinkedHashMap<>();
        models.put("demo-fast", Knobs.parse("ttft=40ms gap=10ms"));
        models.put("demo-smart", Knobs.parse("ttft=600ms gap=20ms think=40"));
        models.put("demo-flaky-a", Knobs.parse("ttft=40ms gap=10ms fail=503@0.6"));
        models.put("demo-flaky-b", Knobs.parse("ttft=40ms gap=10ms"));
        models.put("demo-embed", Knobs.NONE);
        return models;
    }

    private static ModelEntry model(String name, String model, String base) {
        return new ModelEntry(
                name,
                "openai",
                model,
                base,
                Secret.of("simulated"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Map.of(),
                List.of(),
                "demo",
                null,
                null,
                PRICES,
                null,
                Allowance.NONE,
                TranslationRules.NONE,
                Map.of(),
                null,
                TargetTraits.NONE);
    }

    /** {@code wanted}, or 0 for a free port where another process has it. */
    private static int free(int wanted, PrintWriter out) {
        if (wanted == 0) {
            return 0;
        }
        try (ServerSocket probe = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            out.println("port " + wanted + " is in use, taking a free one");
            return 0;
        }
    }

    private static Path stateFolder() throws IOException {
        Path folder = Files.createTempDirectory("sluice-demo-");
        folder.toFile().deleteOnExit();
        return folder;
    }
}
