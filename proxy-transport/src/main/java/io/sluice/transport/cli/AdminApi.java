package io.sluice.transport.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a running gateway's management is, and the key to it. A picocli mixin. */
final class AdminApi {

    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int UNAUTHORIZED = 4;
    static final int NOT_FOUND = 5;
    static final int CONFLICT = 6;
    static final int UNREACHABLE = 7;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The admin listener (default: $SLUICE_ADMIN_URL, http://127.0.0.1:4001).")
    private @Nullable String url;

    @Option(
            names = "--master-key-env",
            paramLabel = "NAME",
            description = "The environment variable with the master key.",
            defaultValue = "SLUICE_MASTER_KEY")
    private String masterKeyVariable = "SLUICE_MASTER_KEY";

    @Option(
            names = "--master-key",
            paramLabel = "KEY",
            hidden = true,
            description = "The master key; others on this machine may see it.")
    private @Nullable String masterKey;

    private final Map<String, String> environment;

    /** For picocli. */
    AdminApi() {
        this(System.getenv());
    }

    AdminApi(Map<String, String> environment) {
        this.environment = environment;
    }

    /** A request that did not succeed, in words for people and as an exit code. */
    static final class Failure extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final int exitCode;

        Failure(int exitCode, String message) {
            super(message);
            this.exitCode = exitCode;
        }

        int exitCode() {
            return exitCode;
        }
    }

    /**
     * Asks the management.
     *
     * @param body sent as JSON; {@code null} for none
     * @return what the answer says
     * @throws Failure if it is no success
     */
    @Nullable Object ask(String method, String path, @Nullable Object body) {
        String key = key();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base(url, "SLUICE_ADMIN_URL", "http://127.0.0.1:4001", path))
                        .timeout(PATIENCE)
                        .header("authorization", "Bearer " + key);
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("content-type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(Documents.text(body)));
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> answer =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            byte[] bytes = answer.body().readAllBytes();
            check(answer.statusCode(), bytes);
            return bytes.length == 0 ? null : Documents.read(bytes);
        } catch (IOException e) {
            throw unreachable(request.build().uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(FAILED, "interrupted");
        }
    }

    /**
     * The address that an option, else the environment, else a default says.
     *
     * @throws Failure if that is no URL
     */
    URI base(@Nullable String option, String variable, String fallback, String path) {
        String named = option == null ? environment.get(variable) : option;
        String base = named == null || named.isEmpty() ? fallback : named;
        try {
            return URI.create(
                    (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
        } catch (IllegalArgumentException e) {
            throw new Failure(USAGE, "this is not a URL: " + base);
        }
    }

    /** What an environment variable says. */
    @Nullable String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    static Failure unreachable(URI uri, IOException e) {
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new Failure(
                UNREACHABLE,
                "cannot reach %s://%s: %s; does \"sluice serve\" run there?"
                        .formatted(uri.getScheme(), uri.getAuthority(), reason));
    }

    /**
     * Refuses an answer that is no success, in the gateway's words.
     *
     * @throws Failure for it
     */
    static void check(int status, byte[] answer) {
        if (status < 300) {
            return;
        }
        int exitCode =
                switch (status) {
                    case 401, 403 -> UNAUTHORIZED;
                    case 404 -> NOT_FOUND;
                    case 409 -> CONFLICT;
                    case 422 -> ConfigCommand.EXIT_INVALID;
                    case 503 -> UNREACHABLE;
                    default -> FAILED;
                };
        throw new Failure(exitCode, Documents.message(status, answer));
    }

    static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private String key() {
        String shown = masterKey;
        if (shown != null) {
            System.err.println(
                    "warning: a key among the arguments can be seen by others on this machine;"
                            + " put it in the environment as SLUICE_MASTER_KEY");
            return shown;
        }
        String found = variable(masterKeyVariable);
        if (found == null) {
            throw new Failure(
                    UNAUTHORIZED,
                    "the master key is missing: put it in the environment as " + masterKeyVariable);
        }
        return found;
    }
}
