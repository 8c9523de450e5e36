package io.sluice.bench.upstream;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.sluice.bench.canned.LeanProvider;
import io.sluice.transport.cli.SluiceCommand;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice upstream}: the simulated provider on its own. */
@Command(
        name = "upstream",
        mixinStandardHelpOptions = true,
        description = {
            "Serves a simulated provider that speaks OpenAI's dialect, and keeps books at /books.",
            "What it received is at /received.",
            "A prompt may turn knobs: [[ttft=600ms gap=20ms chunks=300 fail=429@0.2]]"
        })
public final class UpstreamCommand implements SluiceCommand, Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address to bind.")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            defaultValue = "9100",
            description = "Port to bind, 0 for a free one.")
    private int port;

    @Option(names = "--yes-expose", description = "Allows an address that others can reach.")
    private boolean expose;

    @Option(names = "--loops", defaultValue = "1", description = "Event loops.")
    private int loops;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of texts and failures.")
    private long seed;

    @Option(names = "--replay", paramLabel = "DIR", description = "Recorded cases to replay.")
    private @Nullable Path replay;

    @Option(
            names = "--models",
            paramLabel = "FILE",
            description = "Models and their knobs, one in a line; the model * is for every call.")
    private @Nullable Path models;

    @Option(names = "--knobs", paramLabel = "KNOBS", description = "Knobs for every call.")
    private String knobs = "";

    @Option(names = "--ttft", description = "Wait before the first bytes, 600ms.")
    private @Nullable String ttft;

    @Option(names = "--gap", description = "Wait between two writes, 20ms.")
    private @Nullable String gap;

    @Option(names = "--chunks", description = "Pieces of text in an answer.")
    private @Nullable String chunks;

    @Option(names = "--size", description = "Characters in a piece of text.")
    private @Nullable String size;

    @Option(names = "--fail", description = "Status and rate of failing calls, 429@0.2.")
    private @Nullable String fail;

    @Option(
            names = "--canned",
            description = {
                "Says only what the prompt's token asks for, at the least cost: for measuring.",
                "Only --host, --port, --loops and the two for TLS count."
            })
    private boolean canned;

    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description = "PEM chain; with --tls-key it makes the provider speak TLS.")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM key, PKCS #8.")
    private @Nullable Path privateKey;

    /** For the command line, which fills the options in. */
    public UpstreamCommand() {}

    @Override
    public Integer call() {
        if (canned) {
            return callCanned();
        }
        try (SimulatedProvider provider = SimulatedProvider.start(options())) {
            PrintWriter out = commandSpec().commandLine().getOut();
            out.println("ready upstream=" + provider.baseUri());
            out.flush();
            provider.awaitTermination();
        }
        return 0;
    }

    private int callCanned() {
        refuseExposure();
        try (LeanProvider provider = LeanProvider.start(host, port, loops, tls())) {
            PrintWriter out = commandSpec().commandLine().getOut();
            out.println("ready upstream=" + provider.baseUri());
            out.flush();
            provider.awaitTermination();
        }
        return 0;
    }

    private @Nullable SslContext tls() {
        if (certificate == null || privateKey == null) {
            return null;
        }
        try {
            return SslContextBuilder.forServer(certificate.toFile(), privateKey.toFile())
                    .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new ParameterException(
                    commandSpec().commandLine(), "TLS cannot be used: " + e.getMessage(), e);
        }
    }

    private void refuseExposure() {
        if (!expose && !isLoopback(host)) {
            throw new ParameterException(
                    commandSpec().commandLine(),
                    host + " can be reached by others; add --yes-expose if that is meant");
        }
    }

    /**
     * What the options say.
     *
     * @throws ParameterException if they cannot be used
     */
    Options options() {
        refuseExposure();
        try {
            Map<String, Knobs> listed = new LinkedHashMap<>(Options.DEFAULT.models());
            if (models != null) {
                listed = ModelFile.read(models);
            }
            Knobs everywhere = listed.getOrDefault(ModelFile.EVERY, Knobs.NONE);
            listed.remove(ModelFile.EVERY);
            Options plain = Options.DEFAULT;
            Options options =
                    certificate == null || privateKey == null
                            ? plain
                            : plain.withTls(certificate, privateKey);
            return options.withAddress(host, port)
                    .withLoops(loops)
                    .withSeed(seed)
                    .withReplay(replay)
                    .withModels(listed)
                    .withKnobs(everywhere.with(Knobs.parse(knobs)).with(ofOptions()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    commandSpec().commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Knobs ofOptions() {
        Knobs turned = Knobs.NONE;
        turned = turned.with(of(Knob.TTFT, ttft));
        turned = turned.with(of(Knob.GAP, gap));
        turned = turned.with(of(Knob.CHUNKS, chunks));
        turned = turned.with(of(Knob.SIZE, size));
        return turned.with(of(Knob.FAIL, fail));
    }

    private static Knobs of(Knob knob, @Nullable String value) {
        return value == null ? Knobs.NONE : Knobs.parse(knob.word() + "=" + value);
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("not run by a command line");
        }
        return spec;
    }
}
