package io.sluice.transport;

import io.netty.util.AsciiString;
import io.sluice.routing.Target;
import io.sluice.routing.UpstreamAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows providers a new credential before calls are made with it.
 *
 * <p>Blocks; safe for any thread but event loops.
 */
final class CredentialTest {

    /*
     * The list of models is asked for: it costs nothing and every provider wants the credential for
     * it. Only a 401 or a 403 speaks against the credential; a provider that is away, or has no
     * such list, says nothing about it, and an operator must be able to rotate while it is away.
     */

    private static final Logger LOG = LoggerFactory.getLogger(CredentialTest.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final @Nullable SSLContext tls;

    /**
     * A test.
     *
     * @param tls towards providers, or {@code null} for the system's
     */
    CredentialTest(@Nullable SSLContext tls) {
        this.tls = tls;
    }

    private record Question(
            UpstreamAddress address, String path, String credential, String provider) {}

    /**
     * Tests each credential that some target has and had not before.
     *
     * @throws IOException if a provider refuses one; the message names its targets
     */
    void check(List<Target> before, List<Target> after) throws IOException {
        Map<Question, String> questions = questions(before, after);
        if (questions.isEmpty()) {
            return;
        }
        Map<String, CompletableFuture<HttpResponse<Void>>> answers = new HashMap<>();
        try (HttpClient client = newClient()) {
            questions.forEach((question, target) ->
                    answers.put(
                            target,
                            client.sendAsync(
                                    request(question), HttpResponse.BodyHandlers.discarding())));
            List<String> refused = new ArrayList<>();
            answers.forEach((target, answer) -> {
                int status = status(target, answer);
                if (status == 401 || status == 403) {
                    refused.add(target + " (" + status + ")");
                }
            });
            if (!refused.isEmpty()) {
                throw new IOException(
                        "the provider refuses the new credential of " + String.join(", ", refused));
            }
        }
    }

    private static Map<Question, String> questions(List<Target> before, List<Target> after) {
        Set<Question> known = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (Target target : before) {
            names.add(target.name());
            Question question = question(target);
            if (question != null) {
                known.add(question);
            }
        }
        Map<Question, String> questions = new HashMap<>();
        for (Target target : after) {
            Question question = question(target);
            if (question != null && names.contains(target.name()) && !known.contains(question)) {
                questions.putIfAbsent(question, target.name());
            }
        }
        return questions;
    }

    private static @Nullable Question question(Target target) {
        AsciiString credential = target.credential().headerLines();
        if (!target.isUsable() || credential == null || credential.isEmpty()) {
            return null;
        }
        String path =
                switch (target.provider().paths()) {
                    case OPENAI, GEMINI -> target.basePath() + "/models";
                    case ANTHROPIC -> target.basePath() + "/v1/models";
                    case AZURE ->
                            target.basePath() + "/openai/models?api-version=" + target.apiVersion();
                    default -> null;
                };
        return path == null
                ? null
                : new Question(
                        target.address(), path, credential.toString(), target.provider().name());
    }

    private static HttpRequest request(Question question) {
        UpstreamAddress address = question.address();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create(
                                        (address.tls() ? "https://" : "http://")
                                                + address.authority()
                                                + question.path()))
                        .timeout(PATIENCE)
                        .header("anthropic-version", "2023-06-01");
        question.credential()
                .lines()
                .filter(line -> line.contains(": "))
                .forEach(line -> {
                    int colon = line.indexOf(": ");
                    request.header(line.substring(0, colon), line.substring(colon + 2));
                });
        return request.build();
    }

    private static int status(String target, CompletableFuture<HttpResponse<Void>> answer) {
        try {
            return answer.join().statusCode();
        } catch (RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            LOG.warn("the new credential of {} could not be tested: {}", target, cause.toString());
            return 0;
        }
    }

    private HttpClient newClient() {
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(PATIENCE)
                        .followRedirects(HttpClient.Redirect.NEVER);
        if (tls != null) {
            builder.sslContext(tls);
        }
        return builder.build();
    }
}
