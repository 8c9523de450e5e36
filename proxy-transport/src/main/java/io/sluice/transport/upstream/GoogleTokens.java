package io.sluice.transport.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.config.GoogleIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Asks Google's token service, or a machine's metadata server, for the token of one identity.
 *
 * @see <a href="https://developers.google.com/identity/protocols/oauth2/service-account">Service
 *     accounts</a>
 * @see <a href="https://cloud.google.com/compute/docs/access/authenticate-workloads">Metadata</a>
 */
final class GoogleTokens implements TokenSource {

    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final String METADATA =
            "/computeMetadata/v1/instance/service-accounts/default/token";
    private static final long CLAIM_SECONDS = 3600;

    private final GoogleIdentity identity;
    private final Supplier<HttpClient> client;
    private final InstantSource clock;

    GoogleTokens(GoogleIdentity identity, Supplier<HttpClient> client, InstantSource clock) {
        this.identity = identity;
        this.client = client;
        this.clock = clock;
    }

    /** What an identity is called in the log. */
    static String nameOf(GoogleIdentity identity) {
        return switch (identity) {
            case GoogleIdentity.ServiceAccount account -> "the service account " + account.email();
            case GoogleIdentity.User _ -> "a user of Google Cloud";
            case GoogleIdentity.Machine _ -> "the machine's service account";
        };
    }

    @Override
    public Grant fetch() throws IOException, InterruptedException {
        HttpRequest request = request();
        String service = "the token service " + request.uri().getHost();
        HttpResponse<byte[]> response = BoundedCall.send(client.get(), request, service);
        return TokenAnswer.read(service, response.statusCode(), response.body(), clock.millis());
    }

    private HttpRequest request() throws IOException {
        return switch (identity) {
            case GoogleIdentity.ServiceAccount account ->
                    post(
                            account.tokenUri(),
                            Map.of("grant_type", GRANT, "assertion", assertion(account)));
            case GoogleIdentity.User user -> {
                Map<String, String> form = new LinkedHashMap<>();
                form.put("grant_type", "refresh_token");
                form.put("client_id", user.clientId());
                form.put("client_secret", user.clientSecret().reveal());
                form.put("refresh_token", user.refreshToken().reveal());
                yield post(user.tokenUri(), form);
            }
            case GoogleIdentity.Machine machine ->
                    HttpRequest.newBuilder(URI.create(machine.endpoint() + METADATA))
                            .timeout(BoundedCall.DEADLINE)
                            .header("metadata-flavor", "Google")
                            .build();
        };
    }

    private static HttpRequest post(String uri, Map<String, String> form) {
        String body =
                form.entrySet().stream()
                        .map(field ->
                                field.getKey() + '=' + URLEncoder.encode(field.getValue(), UTF_8))
                        .collect(Collectors.joining("&"));
        return HttpRequest.newBuilder(URI.create(uri))
                .timeout(BoundedCall.DEADLINE)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    /**
     * What the account says of itself, signed with its key (RFC 7523).
     *
     * @throws IOException where the key is none that can sign
     */
    private String assertion(GoogleIdentity.ServiceAccount account) throws IOException {
        long now = clock.millis() / 1000;
        String kid = account.keyId() == null ? "" : ",\"kid\":" + quoted(account.keyId());
        String head = encode("{\"alg\":\"RS256\",\"typ\":\"JWT\"" + kid + "}");
        String claims =
                encode(
                        "{\"iss\":"
                                + quoted(account.email())
                                + ",\"scope\":\""
                                + SCOPE
                                + "\",\"aud\":"
                                + quoted(account.tokenUri())
                                + ",\"iat\":"
                                + now
                                + ",\"exp\":"
                                + (now + CLAIM_SECONDS)
                                + '}');
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(
                    KeyFactory.getInstance("RSA")
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(
                                            decoded(account.privateKey().reveal()))));
            signature.update((head + '.' + claims).getBytes(UTF_8));
            return head + '.' + claims + '.' + encode(signature.sign());
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("the private key of the service account cannot be used", e);
        }
    }

    private static byte[] decoded(String pem) {
        return Base64.getDecoder().decode(pem.replaceAll("-----[A-Z ]+-----|\\s", ""));
    }

    private static String quoted(String text) {
        return new String(io.sluice.json.JsonStrings.quoted(text), UTF_8);
    }

    private static String encode(String text) {
        return encode(text.getBytes(UTF_8));
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
