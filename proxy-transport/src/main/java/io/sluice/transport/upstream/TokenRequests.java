package io.sluice.transport.upstream;

import io.sluice.config.AzureIdentity;
import io.sluice.config.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks the token service of one identity.
 *
 * <p>The client-credentials flow and its form with a platform's token are in <a
 * href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow">the
 * identity platform's</a> documentation, the two forms of managed identity in that of <a
 * href="https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/">virtual
 * machines</a> (how to use VM tokens) and of <a
 * href="https://learn.microsoft.com/azure/app-service/overview-managed-identity">App Service</a>.
 */
final class TokenRequests implements TokenSource {

    private static final Duration DEADLINE = BoundedCall.DEADLINE;
    private static final int MAX_FILE_BYTES = 64 << 10;
    private static final String DEFAULT_OF = "/.default";
    private static final String ASSERTION_TYPE =
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private final AzureIdentity identity;
    private final Supplier<HttpClient> client;
    private final InstantSource clock;

    TokenRequests(AzureIdentity identity, Supplier<HttpClient> client, InstantSource clock) {
        this.identity = identity;
        this.client = client;
        this.clock = clock;
    }

    /** What an identity is called in the log. */
    static String nameOf(AzureIdentity identity) {
        return switch (identity) {
            case AzureIdentity.ReadyToken _ -> "a ready-made token";
            case AzureIdentity.ClientSecret secret -> "the application " + secret.clientId();
            case AzureIdentity.FederatedToken token -> "the workload " + token.clientId();
            case AzureIdentity.ManagedIdentity managed ->
                    managed.clientId() == null
                            ? "the managed identity"
                            : "the managed identity " + managed.clientId();
        };
    }

    @Override
    public Grant fetch() throws IOException, InterruptedException {
        HttpRequest request = request();
        HttpResponse<byte[]> response = BoundedCall.send(client.get(), request, service(request));
        return TokenAnswer.read(
                service(request), response.statusCode(), response.body(), clock.millis());
    }

    private HttpRequest request() throws IOException {
        return switch (identity) {
            case AzureIdentity.ReadyToken _ -> throw new IOException("the token is ready-made");
            case AzureIdentity.ClientSecret(
                            var authority,
                            var tenant,
                            var client,
                            var secret,
                            var scope) ->
                    credentials(
                            authority,
                            tenant,
                            client,
                            scope,
                            Map.of("client_secret", secret.reveal()));
            case AzureIdentity.FederatedToken(
                            var authority,
                            var tenant,
                            var client,
                            var file,
                            var scope) ->
                    credentials(
                            authority,
                            tenant,
                            client,
                            scope,
                            Map.of(
                                    "client_assertion_type",
                                    ASSERTION_TYPE,
                                    "client_assertion",
                                    assertion(file)));
            case AzureIdentity.ManagedIdentity(var endpoint, var header, var client, var scope) ->
                    managed(endpoint, header, client, scope);
        };
    }

    private static HttpRequest credentials(
            String authority,
            String tenant,
            String client,
            String scope,
            Map<String, String> proof) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "client_credentials");
        form.put("client_id", client);
        form.put("scope", scope);
        form.putAll(proof);
        return HttpRequest.newBuilder(URI.create(authority + '/' + tenant + "/oauth2/v2.0/token"))
                .timeout(DEADLINE)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(encode(form)))
                .build();
    }

    private static HttpRequest managed(
            String endpoint, @Nullable Secret header, @Nullable String client, String scope) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("api-version", header == null ? "2018-02-01" : "2019-08-01");
        query.put(
                "resource",
                scope.endsWith(DEFAULT_OF)
                        ? scope.substring(0, scope.length() - DEFAULT_OF.length())
                        : scope);
        if (client != null) {
            query.put("client_id", client);
        }
        String joint = endpoint.contains("?") ? "&" : "?";
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(endpoint + joint + encode(query)))
                        .timeout(DEADLINE)
                        .header("accept", "application/json");
        return header == null
                ? request.header("metadata", "true").build()
                : request.header("x-identity-header", header.reveal()).build();
    }

    private static String encode(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field ->
                        field.getKey()
                                + '='
                                + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String assertion(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES);
            return new String(bytes, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new IOException("the platform's token file cannot be read", e);
        }
    }

    private static String service(HttpRequest request) {
        return "the token service " + request.uri().getHost();
    }
}
