package io.sluice.bench.compare;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The admin side of a gateway under test. */
final class AdminClient {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private @Nullable HttpClient client;
    private final URI admin;
    private final String masterKey;

    AdminClient(URI admin, String masterKey) {
        this.admin = admin;
        this.masterKey = masterKey;
    }

    /**
     * Asks for a change.
     *
     * @throws IOException if it is refused
     */
    void post(String path, String json) throws IOException {
        send(
                HttpRequest.newBuilder(admin.resolve(path))
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    /**
     * The metrics without labels, by name.
     *
     * @throws IOException if the gateway does not tell
     */
    Map<String, Double> metrics() throws IOException {
        Map<String, Double> values = new HashMap<>();
        for (String line :
                send(HttpRequest.newBuilder(admin.resolve("/metrics"))).split("\n", -1)) {
            int space = line.indexOf(' ');
            if (space > 0 && line.charAt(0) != '#' && line.indexOf('{') < 0) {
                values.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
            }
        }
        return values;
    }

    private String send(HttpRequest.Builder request) throws IOException {
        HttpClient own = client == null ? HttpClient.newHttpClient() : client;
        client = own;
        try {
            HttpResponse<String> answer =
                    own.send(
                            request.timeout(PATIENCE)
                                    .header("authorization", "Bearer " + masterKey)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("the gateway answered " + answer.body());
            }
            return answer.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
