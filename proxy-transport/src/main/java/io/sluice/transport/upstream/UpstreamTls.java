package io.sluice.transport.upstream;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
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
     * @param http2 whether HTTP/2 is offered
     * @throws IOException if the certificates cannot be used
     */
    public static SslContext newContext(@Nullable Path trusted, boolean http2) throws IOException {
        SslContextBuilder builder =
                SslContextBuilder.forClient()
                        .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                        .endpointIdentificationAlgorithm("HTTPS")
                        .protocols("TLSv1.3", "TLSv1.2")
                        .sessionCacheSize(SESSIONS)
                        .sessionTimeout(TimeUnit.HOURS.toSeconds(1));
        if (http2) {
            builder.applicationProtocolConfig(
                    new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            ApplicationProtocolNames.HTTP_2,
                            ApplicationProtocolNames.HTTP_1_1));
        }
        try {
            if (trusted != null) {
                builder.trustManager(trusted.toFile());
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw unusable(trusted, e);
        }
    }

    /**
     * The same trust for the JDK's HTTP client, which fetches tokens; {@code null} for the
     * system's.
     *
     * @throws IOException if the certificates cannot be used
     */
    public static @Nullable SSLContext newClientContext(@Nullable Path trusted) throws IOException {
        if (trusted == null) {
            return null;
        }
        try (InputStream in = Files.newInputStream(trusted)) {
            KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
            authorities.load(null, null);
            for (var one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                authorities.setCertificateEntry("authority-" + authorities.size(), one);
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw unusable(trusted, e);
        }
    }

    /** What a failed handshake says about the provider, in one line. */
    static String describe(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return String.valueOf(cause.getMessage()).contains("No subject alternative")
                                || String.valueOf(cause.getMessage()).contains("No name matching")
                        ? "its certificate is for another host"
                        : "its certificate is not trusted";
            }
        }
        return failure instanceof SslHandshakeTimeoutException
                ? "the handshake took too long"
                : "the handshake failed";
    }

    private static IOException unusable(@Nullable Path trusted, Exception cause) {
        return new IOException(
                trusted == null
                        ? "no TLS towards providers: " + cause.getMessage()
                        : "upstream.trusted_certificates cannot be used: " + trusted,
                cause);
    }
}
