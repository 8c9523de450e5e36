package io.sluice.bench.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A provider that answers each path with what it was told to, and keeps what it was asked. */
public final class PathProvider implements AutoCloseable {

    /** What it was asked. */
    public record Asked(String method, String target, Map<String, String> headers, String body) {

        /** A header field by its name in lower case, or {@code null}. */
        public @Nullable String header(String name) {
            return headers.get(name);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by no one
    private record Canned(int status, String type, byte[] body) {}

    private final HttpServer server;
    private final Map<String, Canned> answers = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    public PathProvider() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    /** Its URL, without a slash at the end. */
    public String uri() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Answers {@code path}, percent-encoded and without its query, like this from here on. */
    public void answer(String path, int status, String type, byte[] body) {
        answers.put(path, new Canned(status, type, body));
    }

    /** The same with a text. */
    public void answer(String path, int status, String type, String body) {
        answer(path, status, type, body.getBytes(UTF_8));
    }

    /** All that it was asked, in order. */
    public List<Asked> asked() {
        return asked;
    }

    private void answer(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) ->
                        headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        asked.add(
                new Asked(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().toString(),
                        headers,
                        body));
        Canned answer = answers.get(exchange.getRequestURI().getRawPath());
        byte[] bytes = answer == null ? new byte[0] : answer.body();
        if (answer != null) {
            exchange.getResponseHeaders().set("content-type", answer.type());
        }
        exchange.sendResponseHeaders(
                answer == null ? 404 : answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
