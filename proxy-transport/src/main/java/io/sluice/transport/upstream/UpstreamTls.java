package io.sluice.transport.upstream;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards providers: BoringSSL where it can be loaded, else the JDK's; sessions are used again,
 * the host name is sent and checked against the certificate.
 */
public final class UpstreamTls {

    private static final int SESSIONS = 10_000;

    private UpstreamTls() {}

    /**
     * A context for all connections of the gateway.
     *
     * @param trusted PEM certificates to trust instead of the system's, or {@code null}
     * @throws IllegalStateException if the certificates cannot be read
     */
    public static SslContext newContext(@Nullable Path trusted) {
        SslContextBuilder builder =
                SslContextBuilder.forClient()
                        .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                        .endpointIdentificationAlgorithm("HTTPS")
                        .protocols("TLSv1.3", "TLSv1.2")
                        .sessionCacheSize(SESSIONS)
                        .sessionTimeout(TimeUnit.HOURS.toSeconds(1));
        if (trusted != null) {
            builder.trustManager(trusted.toFile());
        }
        try {
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalStateException("no TLS towards providers: " + e.getMessage(), e);
        }
    }
}
