package io.sluice.transport;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.sluice.config.ListenSettings;
import io.sluice.telemetry.Metric;
import io.sluice.telemetry.MetricsReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The certificate of the data listener, which may become another one while it listens: connections
 * that are open keep theirs.
 *
 * <p>Safe for any thread.
 */
final class ListenerTls {

    private volatile @Nullable Identity identity;

    /**
     * A certificate that was read.
     *
     * @param context not counted: it is freed when nothing refers to it any more
     * @param expiresMillis the earliest end in its chain, in milliseconds of the epoch; 0 unknown
     */
    record Identity(SslContext context, long expiresMillis) {}

    ListenerTls(ListenSettings listen) throws IOException {
        identity = read(listen);
    }

    /** What new connections are shown; {@code null} where the listener speaks no TLS. */
    @Nullable SslContext context() {
        Identity now = identity;
        return now == null ? null : now.context();
    }

    /**
     * Reads a certificate and its key, and changes nothing.
     *
     * @throws IOException if they cannot be used
     */
    static @Nullable Identity read(ListenSettings listen) throws IOException {
        Path certificate = listen.certificate();
        Path key = listen.privateKey();
        if (certificate == null || key == null) {
            return null;
        }
        try {
            SslContext context =
                    SslContextBuilder.forServer(certificate.toFile(), key.toFile())
                            .sslProvider(
                                    OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                            .protocols("TLSv1.3", "TLSv1.2")
                            .applicationProtocolConfig(protocols(listen))
                            .build();
            return new Identity(context, expiresMillis(certificate));
        } catch (SSLException | IllegalArgumentException e) {
            throw new IOException("listen.tls cannot be used: " + e.getMessage(), e);
        }
    }

    /** New connections are shown this from now on; a listener without TLS stays one. */
    void use(@Nullable Identity next) {
        if (identity != null && next != null) {
            identity = next;
        }
    }

    /** What TLS clients may agree on by ALPN; one that does not ask speaks HTTP/1.1. */
    private static ApplicationProtocolConfig protocols(ListenSettings listen) {
        List<String> names =
                listen.http2().enabled()
                        ? List.of(
                                ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
                        : List.of(ApplicationProtocolNames.HTTP_1_1);
        return new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                names);
    }

    private static long expiresMillis(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            long earliest = 0;
            for (Certificate one :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                if (one instanceof X509Certificate x509) {
                    long end = x509.getNotAfter().toInstant().toEpochMilli();
                    earliest = earliest == 0 ? end : Math.min(earliest, end);
                }
            }
            return earliest;
        } catch (CertificateException _) {
            return 0;
        }
    }

    /** Passes its numbers on. */
    void readMetrics(MetricsReader reader) {
        Identity now = identity;
        if (now != null && now.expiresMillis() > 0) {
            reader.onValue(
                    Metric.CERTIFICATE_EXPIRES,
                    List.of(),
                    TimeUnit.MILLISECONDS.toSeconds(now.expiresMillis()));
        }
    }
}
