package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A caller of a provider, the JDK's own client. */
final class Client implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern EVENTS = Pattern.compile("\n\n");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;

    Client(URI base) {
        this.base = base;
    }

    HttpResponse<byte[]> post(String path, String body, String... headers) {
        return send(
                request(path, headers)
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    HttpResponse<byte[]> get(String path, String... headers) {
        return send(request(path, headers).GET().build());
    }

    HttpResponse<byte[]> delete(String path) {
        return send(request(path).DELETE().build());
    }

    /** A chat call with one message, which may hold knobs. */
    HttpResponse<byte[]> chat(String prompt, String... members) {
        return post("/v1/chat/completions", chatBody(prompt, members));
    }

    static String chatBody(String prompt, String... members) {
        StringBuilder body = new StringBuilder("{\"model\":\"m\",");
        for (String member : members) {
            body.append(member).append(',');
        }
        return body.append("\"messages\":[{\"role\":\"user\",\"content\":")
                .append(Sse.quoted(prompt))
                .append("}]}")
                .toString();
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    static JsonNode json(HttpResponse<byte[]> response) {
        return json(text(response));
    }

    static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The data of each event but {@code [DONE]}, which must be the last where it is wanted. */
    static List<JsonNode> events(HttpResponse<byte[]> response) {
        List<JsonNode> events = new ArrayList<>();
        for (String event : EVENTS.split(text(response), -1)) {
            int data = event.indexOf("data: ");
            if (data >= 0 && !event.endsWith("[DONE]")) {
                events.add(json(event.substring(data + 6)));
            }
        }
        return events;
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
        return headers.length == 0 ? request : request.headers(headers);
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
