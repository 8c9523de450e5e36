package io.sluice.transport.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.config.IbmIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Exchanges an API key of IBM Cloud for tokens.
 *
 * @see <a href="https://cloud.ibm.com/docs/account?topic=account-iamtoken_from_apikey">Tokens from
 *     API keys</a>
 */
final class IbmTokens implements TokenSource {

    private static final String GRANT = "urn:ibm:params:oauth:grant-type:apikey";

    private final IbmIdentity identity;
    private final Supplier<HttpClient> client;
    private final InstantSource clock;

    IbmTokens(IbmIdentity identity, Supplier<HttpClient> client, InstantSource clock) {
        this.identity = identity;
        this.client = client;
        this.clock = clock;
    }

    @Override
    public Grant fetch() throws IOException, InterruptedException {
        String form =
                "grant_type="
                        + URLEncoder.encode(GRANT, UTF_8)
                        + "&apikey="
                        + URLEncoder.encode(identity.apiKey().reveal(), UTF_8);
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(identity.tokenEndpoint()))
                        .timeout(BoundedCall.DEADLINE)
                        .header("content-type", "application/x-www-form-urlencoded")
                        .header("accept", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build();
        String service = "the token service " + request.uri().getHost();
        HttpResponse<byte[]> response = BoundedCall.send(client.get(), request, service);
        return TokenAnswer.read(service, response.statusCode(), response.body(), clock.millis());
    }
}
