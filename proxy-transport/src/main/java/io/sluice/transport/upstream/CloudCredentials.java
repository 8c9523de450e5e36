package io.sluice.transport.upstream;

import io.netty.util.AsciiString;
import io.sluice.config.AwsIdentity;
import io.sluice.config.AzureIdentity;
import io.sluice.config.CloudIdentity;
import io.sluice.config.GoogleIdentity;
import io.sluice.config.IbmIdentity;
import io.sluice.routing.TargetCredential;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What cloud identities are shown as by targets; equal identities share one.
 *
 * <p>Safe for any thread. One for each gateway, so that what was fetched outlives a reload.
 */
public final class CloudCredentials implements AutoCloseable {

    private static final long GOOGLE_RENEWAL_MILLIS = 30_000;
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final ExecutorService workers;
    private final @Nullable SSLContext tls;
    private final InstantSource clock;
    private final Map<CloudIdentity, TargetCredential> byIdentity = new ConcurrentHashMap<>();
    private @Nullable HttpClient client;

    /**
     * The credentials of all identities.
     *
     * @param workers run fetches, which block; a virtual thread each
     * @param tls towards token services, or {@code null} for the system's
     */
    public CloudCredentials(
            ExecutorService workers, @Nullable SSLContext tls, InstantSource clock) {
        this.workers = workers;
        this.tls = tls;
        this.clock = clock;
    }

    /** The credential that an identity stands for. */
    public TargetCredential of(CloudIdentity identity) {
        return byIdentity.computeIfAbsent(identity, this::credential);
    }

    private TargetCredential credential(CloudIdentity identity) {
        return switch (identity) {
            case AzureIdentity.ReadyToken(var token) ->
                    TargetCredential.fixed(
                            new AsciiString("authorization: Bearer " + token.reveal() + "\r\n"));
            case AzureIdentity azure ->
                    new EntraToken(
                            TokenRequests.nameOf(azure),
                            new TokenRequests(azure, this::client, clock),
                            clock,
                            workers);
            case GoogleIdentity google ->
                    new EntraToken(
                            GoogleTokens.nameOf(google),
                            new GoogleTokens(google, this::client, clock),
                            GOOGLE_RENEWAL_MILLIS,
                            clock,
                            workers);
            case IbmIdentity ibm ->
                    new EntraToken(
                            "an API key of IBM Cloud",
                            new IbmTokens(ibm, this::client, clock),
                            clock,
                            workers);
            case AwsIdentity aws ->
                    new AwsCredential(
                            aws, new AwsKeySource(aws, this::client, clock), clock, workers);
        };
    }

    /** Made when it is first needed: most gateways ask no token service. */
    private synchronized HttpClient client() {
        if (client == null) {
            HttpClient.Builder builder =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .connectTimeout(CONNECT)
                            .followRedirects(HttpClient.Redirect.NEVER)
                            .proxy(HttpClient.Builder.NO_PROXY)
                            .executor(workers);
            if (tls != null) {
                builder.sslContext(tls);
            }
            client = builder.build();
        }
        return client;
    }

    /** Ends fetches that still run. */
    @Override
    public synchronized void close() {
        if (client != null) {
            client.shutdownNow();
        }
    }
}
