package io.sluice.bench.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.upstream.Options;
import io.sluice.bench.upstream.SimulatedProvider;
import io.sluice.config.LoadedSettings;
import io.sluice.config.SettingsLoader;
import io.sluice.ledger.Settlement;
import io.sluice.testing.MalformedRequests;
import io.sluice.transport.GatewayServer;
import io.sluice.transport.reload.SettingsSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A gateway in this process, in front of a simulated provider, made from a configuration file as an
 * operator would write it.
 */
public final class GatewayFixture implements AutoCloseable {

    /** The key of the caller {@code tester}. */
    public static final String KEY = "sk-tester-0123456789abcdef";

    /** The key of the administrator. */
    public static final String MASTER_KEY = "sk-master-0123456789abcdef";

    /** The secret of stored digests. */
    public static final String SALT_KEY = "salt-0123456789-abcdefghijklmnop";

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SimulatedProvider provider;
    private final GatewayServer gateway;
    private final Path accessLog;
    private final @Nullable MemorySink ledger;
    private final HttpClient client = HttpClient.newHttpClient();

    private GatewayFixture(
            SimulatedProvider provider,
            GatewayServer gateway,
            Path accessLog,
            @Nullable MemorySink ledger) {
        this.provider = provider;
        this.gateway = gateway;
        this.accessLog = accessLog;
        this.ledger = ledger;
    }

    /**
     * Starts both. The file has the models {@code m} (one target), {@code pair} (two targets,
     * models {@code a} and {@code b} of the provider), and {@code replay/*}; {@code more} is added
     * to it.
     *
     * @param folder for the file, the state and the access log, which does not roll
     * @param more further models, indented by two blanks, and further YAML, top level; {@code
     *     {provider}} in it becomes the provider's base URI, {@code BASE} its base URL; a {@code
     *     model_list}, and {@code keys}, in it replace these
     */
    public static GatewayFixture start(Path folder, Options options, String more)
            throws IOException {
        return start(folder, options, more, "{port: 0}");
    }

    /**
     * Starts both.
     *
     * @param listen the section {@code listen} of the file
     */
    public static GatewayFixture start(Path folder, Options options, String more, String listen)
            throws IOException {
        return start(folder, options, more, listen, new MemorySink());
    }

    /** Starts both; the ledger's rows go into the database, and {@link #ledgerRows} has none. */
    public static GatewayFixture startWithDatabase(Path folder, Options options, String more)
            throws IOException {
        return start(folder, options, more, "{port: 0}", null);
    }

    private static GatewayFixture start(
            Path folder, Options options, String more, String listen, @Nullable MemorySink ledger)
            throws IOException {
        SimulatedProvider provider = SimulatedProvider.start(options);
        String base = provider.baseUri() + "/v1";
        Path log = folder.resolve("access.log");
        String yaml =
                """
                general_settings: {master_key: %s, salt_key: %s}
                listen: %s
                admin: {port: 0}
                state_dir: %s
                %s
                logging: {access: %s, level: warn, file_bytes: 16GiB}
                ledger: {ring_bytes: 8MiB, journal_bytes: 256MiB}
                model_list:
                  - {model_name: m, litellm_params: {model: openai/m, api_base: "%s", api_key: sk-up}}
                  - {model_name: pair, litellm_params: {model: openai/a, api_base: "%s", api_key: sk-up}}
                  - {model_name: pair, litellm_params: {model: openai/b, api_base: "%s", api_key: sk-up}}
                  - {model_name: "replay/*", litellm_params: {model: "openai/replay/*", api_base: "%s", api_key: sk-up}}
                %s
                """
                        .formatted(
                                MASTER_KEY,
                                SALT_KEY,
                                listen,
                                folder.resolve("state"),
                                keys(more),
                                log,
                                base,
                                base,
                                base,
                                base,
                                more.replace("{provider}", provider.baseUri().toString())
                                        .replace("BASE", base));
        Path file = Files.writeString(folder.resolve("sluice.yaml"), yaml);
        SettingsSource source =
                new SettingsSource(new SettingsLoader(environment(more), List.of()), file);
        LoadedSettings loaded = source.load();
        if (!loaded.fatalAtStart().isEmpty()) {
            throw new IllegalStateException(loaded.fatalAtStart().toString());
        }
        GatewayServer gateway = GatewayServer.start(loaded, source, ledger);
        return new GatewayFixture(
                provider, gateway, log, ledger == null ? new MemorySink() : ledger);
    }

    /** No call is refused for what another one's provider has done, unless a test is about that. */
    private static Map<String, String> environment(String more) {
        return more.contains("allowed_fails")
                ? Map.of()
                : Map.of("SLUICE__ROUTER_SETTINGS__DISABLE_COOLDOWNS", "true");
    }

    private static String keys(String more) {
        boolean areGiven = more.lines().anyMatch(line -> line.startsWith("keys:"));
        return areGiven
                ? ""
                : "keys: [{alias: tester, key: %s}, {alias: malformed, key: %s}]"
                        .formatted(KEY, MalformedRequests.KEY);
    }

    /** Asks the management, as the administrator; {@code json} is sent unless it is empty. */
    public HttpResponse<String> manage(String method, String path, String json) {
        return send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.adminPort() + path))
                        .header("authorization", "Bearer " + MASTER_KEY)
                        .header("content-type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(json))
                        .build());
    }

    /** A field of what the management answers, which must be a success. */
    public JsonNode managed(String method, String path, String json) {
        HttpResponse<String> answer = manage(method, path, json);
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + " answers " + answer.statusCode() + answer.body());
        }
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A chat call with a key. */
    public HttpResponse<String> chatAs(String key) {
        return chatAs(key, chatBody("m", "hi", false));
    }

    /** A chat call with a key and a body. */
    public HttpResponse<String> chatAs(String key, String json) {
        return send(
                HttpRequest.newBuilder(uri("/v1/chat/completions"))
                        .header("authorization", "Bearer " + key)
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build());
    }

    public static GatewayFixture start(Path folder) throws IOException {
        return start(folder, Options.DEFAULT, "");
    }

    public SimulatedProvider provider() {
        return provider;
    }

    public GatewayServer gateway() {
        return gateway;
    }

    public int port() {
        return gateway.dataPort();
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + gateway.dataPort() + path);
    }

    public HttpClient client() {
        return client;
    }

    /** A POST with the tester's key. */
    public HttpRequest.Builder post(String path, String json) {
        return HttpRequest.newBuilder(uri(path))
                .header("authorization", "Bearer " + KEY)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
    }

    public HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A chat call, plain, with one user message. */
    public HttpResponse<String> chat(String model, String prompt) {
        return send(post("/v1/chat/completions", chatBody(model, prompt, false)).build());
    }

    public static String chatBody(String model, String prompt, boolean stream) {
        return JSON.createObjectNode()
                .put("model", model)
                .put("stream", stream)
                .set(
                        "messages",
                        JSON.createArrayNode()
                                .add(
                                        JSON.createObjectNode()
                                                .put("role", "user")
                                                .put("content", prompt)))
                .toString();
    }

    /** The lines of the access log, once there are at least {@code count}. */
    public List<JsonNode> accessLines(int count) {
        await(() -> readAccess().size() >= count, () -> count + " access lines: " + readAccess());
        return readAccess();
    }

    /** The rows of the ledger, once there are at least {@code count}. */
    public List<Settlement> ledgerRows(int count) {
        MemorySink kept = Objects.requireNonNull(ledger, "the rows are in the database");
        await(() -> kept.rows().size() >= count, () -> count + " rows: " + kept.rows());
        return kept.rows();
    }

    /** The line of the access log for one call, once it is there. */
    public JsonNode accessLine(String id) {
        await(() -> findAccess(id).size() == 1, () -> "one access line of " + id);
        return findAccess(id).getFirst();
    }

    private List<JsonNode> findAccess(String id) {
        return readAccess().stream().filter(line -> line.path("id").asText().equals(id)).toList();
    }

    private List<JsonNode> readAccess() {
        List<JsonNode> lines = new ArrayList<>();
        try {
            if (Files.exists(accessLog)) {
                for (String line : Files.readAllLines(accessLog)) {
                    lines.add(JSON.readTree(line));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    /** The sum of a metric over all its labels, from the admin listener. */
    public double metric(String name) {
        String text =
                send(HttpRequest.newBuilder(
                                        URI.create(
                                                "http://127.0.0.1:"
                                                        + gateway.adminPort()
                                                        + "/metrics"))
                                .build())
                        .body();
        return text.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Looks again and again until something is so, for at most twenty seconds. */
    public static void await(
            BooleanSupplier isSo, java.util.function.Supplier<String> whatWasAwaited) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not so in time: " + whatWasAwaited.get());
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Override
    public void close() {
        client.close();
        Thread closing = Thread.ofPlatform().start(gateway::close);
        gateway.close();
        joinOrFail(closing);
        provider.close();
    }

    /** Two calls close at once: what still runs is ended. */
    private static void joinOrFail(Thread closing) {
        try {
            if (!closing.join(PATIENCE)) {
                throw new AssertionError("the gateway does not stop");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
