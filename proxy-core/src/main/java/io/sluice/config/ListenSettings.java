package io.sluice.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where applications reach the gateway.
 *
 * @param port 0 takes a free one
 * @param certificate PEM chain; with {@code privateKey} it makes the listener speak TLS
 * @param privateKey PEM key in PKCS #8
 */
public record ListenSettings(
        String host,
        int port,
        @Nullable Path certificate,
        @Nullable Path privateKey,
        Http2Settings http2) {

    public static final ListenSettings DEFAULT =
            new ListenSettings("127.0.0.1", 4000, null, null, Http2Settings.DEFAULT);

    /** The same with another certificate, where it has one and the other is one. */
    public ListenSettings withCertificate(@Nullable Path otherChain, @Nullable Path otherKey) {
        return certificate == null || otherChain == null || otherKey == null
                ? this
                : new ListenSettings(host, port, otherChain, otherKey, http2);
    }

    /** Whether clients speak TLS to this listener. */
    public boolean isTls() {
        return certificate != null;
    }
}
