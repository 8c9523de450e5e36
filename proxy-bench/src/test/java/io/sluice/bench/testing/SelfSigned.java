package io.sluice.bench.testing;

import io.sluice.bench.compare.OwnCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate made for one test, and its key.
 *
 * @param certificate PEM
 * @param privateKey PEM, PKCS #8
 * @param trust trusts that certificate only
 */
public record SelfSigned(Path certificate, Path privateKey, SSLContext trust) {

    /** Makes one for {@code localhost} and {@code 127.0.0.1}. */
    public static SelfSigned in(Path folder) throws IOException, GeneralSecurityException {
        OwnCertificate own = OwnCertificate.in(folder);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(own.certificate())) {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            trusted.setCertificateEntry("x", factory.generateCertificate(in));
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return new SelfSigned(own.certificate(), own.privateKey(), context);
    }
}
