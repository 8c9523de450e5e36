package io.sluice.bench.upstream;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link SimulatedProvider} is set up. Immutable.
 *
 * @param host the address it binds
 * @param port 0 takes a free one
 * @param loops event loops that serve connections
 * @param seed decides texts, vectors and which calls fail
 * @param knobs what counts for every call, under what its model and its prompt say
 * @param models the models that are listed, each with its own knobs; others are served as well
 * @param replay the folder of recorded cases, or {@code null}
 * @param apiKey the credential that is demanded, or {@code null} if any will do
 * @param certificate PEM chain; with {@code privateKey} it makes the provider speak TLS
 * @param privateKey PEM key in PKCS #8
 * @param keptRequests how many received requests are remembered, the latest ones
 */
public record Options(
        String host,
        int port,
        int loops,
        long seed,
        Knobs knobs,
        Map<String, Knobs> models,
        @Nullable Path replay,
        @Nullable String apiKey,
        @Nullable Path certificate,
        @Nullable Path privateKey,
        int keptRequests) {

    /** A free port on loopback, one loop, no waits. */
    public static final Options DEFAULT =
            new Options(
                    "127.0.0.1",
                    0,
                    1,
                    1,
                    Knobs.NONE,
                    Map.of("sim-fast", Knobs.NONE, "sim-embed", Knobs.NONE),
                    null,
                    null,
                    null,
                    null,
                    1024);

    public Options {
        models = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(models));
        if ((certificate == null) != (privateKey == null)) {
            throw new IllegalArgumentException("TLS needs a certificate and its private key");
        }
    }

    /** These options at another address. */
    public Options withAddress(String host, int port) {
        return new Options(
                host,
                port,
                loops,
                seed,
                knobs,
                models,
                replay,
                apiKey,
                certificate,
                privateKey,
                keptRequests);
    }

    /** These options with other event loops. */
    public Options withLoops(int loops) {
        return new Options(
                host,
                port,
                loops,
                seed,
                knobs,
                models,
                replay,
                apiKey,
                certificate,
                privateKey,
                keptRequests);
    }

    /** These options with another seed. */
    public Options withSeed(long seed) {
        return new Options(
                host,
                port,
                loops,
                seed,
                knobs,
                models,
                replay,
                apiKey,
                certificate,
                privateKey,
                keptRequests);
    }

    /** These options with {@code knobs} for every call, {@code "ttft=20ms gap=5ms"}. */
    public Options withKnobs(String knobs) {
        return withKnobs(Knobs.parse(knobs));
    }

    /** These options with {@code knobs} for every call. */
    public Options withKnobs(Knobs knobs) {
        return new Options(
                host,
                port,
                loops,
                seed,
                knobs,
                models,
                replay,
                apiKey,
                certificate,
                privateKey,
                keptRequests);
    }

    /** These options with other models, in the order they are listed. */
    public Options withModels(Map<String, Knobs> models) {
        return new Options(
                host,
                port,
                loops,
                seed,
                knobs,
                models,
                replay,
                apiKey,
                certificate,
                privateKey,
                keptRequests);
    }

    /** These options with recorded cases to replay. */
    public Options withReplay(@Nullable Path replay) {
        return new Options(
                host,
                port,
                loops,
                seed,
                knobs,
                models,
                replay,
                apiKey,
                certificate,
                privateKey,
                keptRequests);
    }

    /** These options with a credential that every call must bring. */
    public Options withApiKey(String apiKey) {
        return new Options(
                host,
                port,
                loops,
                seed,
                knobs,
                models,
                replay,
                apiKey,
                certificate,
                privateKey,
                keptRequests);
    }

    /** These options with TLS. */
    public Options withTls(Path certificate, Path privateKey) {
        return new Options(
                host,
                port,
                loops,
                seed,
                knobs,
                models,
                replay,
                apiKey,
                certificate,
                privateKey,
                keptRequests);
    }
}
