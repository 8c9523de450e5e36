package io.sluice.bench.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import io.sluice.bench.sdk.CommandProcess;
import io.sluice.bench.sdk.Polling;
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
import java.util.function.UnaryOperator;

/** A gateway and the simulated provider behind it, each a process of its own. */
final class RunningGateway implements AutoCloseable {

    /** The key of a caller who may use every model. */
    static final String KEY = "sk-tester-0123456789abcdef";

    /** The key of a caller who may use the model {@code m} alone. */
    static final String NARROW_KEY = "sk-narrow-0123456789abcdef";

    /** What the gateway shows the provider. */
    static final String PROVIDER_KEY = "sk-provider-0123456789abcdef";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final CommandProcess provider;
    private final CommandProcess gateway;
    private final Path accessLog;
    private final List<OpenAIClient> clients = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    private RunningGateway(CommandProcess provider, CommandProcess gateway, Path accessLog) {
        this.provider = provider;
        this.gateway = gateway;
        this.accessLog = accessLog;
    }

    /**
     * What arrived at the provider for one call, by its own account.
     *
     * @param times how often
     * @param completed how often the answer was sent to its end
     */
    record Billed(long times, long completed, long inputTokens, long outputTokens) {}

    /**
     * Starts both.
     *
     * @param folder for the configuration, the state and what the processes say
     * @param models the entries of {@code model_list}, with {@code PROVIDER} where the provider's
     *     address belongs and {@code PROVIDER_KEY} where its key does
     */
    static RunningGateway start(Path folder, String models) throws IOException {
        CommandProcess provider = CommandProcess.start(folder, "upstream", "--port", "0");
        try {
            Path log = folder.resolve("access.log");
            Path file = Files.writeString(folder.resolve("sluice.yaml"), yaml(log));
            String address = provider.ready("upstream");
            String entries =
                    models.replace("PROVIDER_KEY", PROVIDER_KEY).replace("PROVIDER", address);
            Files.writeString(file, Files.readString(file) + "model_list:\n" + entries);
            CommandProcess gateway =
                    CommandProcess.start(
                            folder,
                            "serve",
                            "--config",
                            file.toString(),
                            "--port",
                            "0",
                            "--admin-port",
                            "0",
                            "--state-dir",
                            folder.resolve("state").toString());
            return new RunningGateway(provider, gateway, log);
        } catch (IOException | RuntimeException | AssertionError e) {
            provider.close();
            throw e;
        }
    }

    private static String yaml(Path accessLog) {
        return """
        keys:
          - {alias: tester, key: %s}
          - {alias: narrow, key: %s, models: [m]}
        logging: {access: %s}
        router_settings: {num_retries: 0, disable_cooldowns: true}
        """
                .formatted(KEY, NARROW_KEY, accessLog);
    }

    /** A client of the gateway that tries each call once. It lives as long as the gateway. */
    OpenAIClient client(String key) {
        return client(with -> with.baseUrl(address() + "/v1").apiKey(key));
    }

    /** A client of the provider itself. */
    OpenAIClient direct() {
        return client(
                with -> with.baseUrl(provider.ready("upstream") + "/v1").apiKey(PROVIDER_KEY));
    }

    /** A client as {@code with} makes it of one that tries each call once. */
    OpenAIClient client(UnaryOperator<OpenAIOkHttpClient.Builder> with) {
        OpenAIClient client = with.apply(OpenAIOkHttpClient.builder().maxRetries(0)).build();
        clients.add(client);
        return client;
    }

    /** The data listener, {@code http://127.0.0.1:<port>}. */
    String address() {
        return gateway.ready("data");
    }

    JsonNode books() {
        return read("/books");
    }

    Billed billed(String requestId) {
        JsonNode seen = books().path("attempts").path(requestId);
        return new Billed(
                seen.path("times").asLong(),
                seen.path("completed").asLong(),
                seen.path("input_tokens").asLong(),
                seen.path("output_tokens").asLong());
    }

    /** The requests that the provider received under an id: {@code method, uri, headers, body}. */
    List<JsonNode> received(String requestId) {
        List<JsonNode> received = new ArrayList<>();
        for (JsonNode request : read("/received")) {
            if (request.at("/headers/x-request-id").asText().equals(requestId)) {
                received.add(request);
            }
        }
        return received;
    }

    /** The lines of the gateway's access log with that id, once there is one. */
    List<JsonNode> accessLines(String requestId) {
        Polling.await(
                () -> !linesOf(requestId).isEmpty(),
                () -> "a line of the access log for " + requestId);
        return linesOf(requestId);
    }

    private List<JsonNode> linesOf(String requestId) {
        try {
            List<JsonNode> lines = new ArrayList<>();
            String log = Files.readString(accessLog);
            for (String line : log.substring(0, log.lastIndexOf('\n') + 1).lines().toList()) {
                JsonNode json = JSON.readTree(line);
                if (json.path("id").asText().equals(requestId)) {
                    lines.add(json);
                }
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode read(String path) {
        URI uri = URI.create(provider.ready("upstream") + path);
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
        try {
            return JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        clients.forEach(OpenAIClient::close);
        http.close();
        gateway.close();
        provider.close();
    }
}
