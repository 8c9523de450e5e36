package io.sluice.bench.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * A key with a certificate that signs itself.
 *
 * @param certificate PEM file
 * @param privateKey PEM file, PKCS #8
 * @param keys both, under {@link #PASSWORD}
 */
public record Certificates(Path certificate, Path privateKey, KeyStore keys) {

    /** Of the key store. */
    public static final String PASSWORD = "changeit";

    /**
     * Makes one.
     *
     * @param names subject alternative names as keytool takes them, {@code dns:localhost}
     */
    public static Certificates make(Path folder, String names) {
        Path store = folder.resolve("keys.p12");
        try {
            run(folder, store, names);
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD.toCharArray());
            }
            Files.delete(store);
            byte[] certificate = keys.getCertificate("x").getEncoded();
            byte[] privateKey = keys.getKey("x", PASSWORD.toCharArray()).getEncoded();
            return new Certificates(
                    pem(folder.resolve("certificate.pem"), "CERTIFICATE", certificate),
                    pem(folder.resolve("key.pem"), "PRIVATE KEY", privateKey),
                    keys);
        } catch (IOException | GeneralSecurityException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(Path folder, Path store, String names)
            throws IOException, InterruptedException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process made =
                new ProcessBuilder(
                                keytool.toString(),
                                "-genkeypair",
                                "-alias",
                                "x",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=test",
                                "-ext",
                                "san=" + names,
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                PASSWORD)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("keytool.log").toFile())
                        .start();
        if (!made.waitFor(60, TimeUnit.SECONDS) || made.exitValue() != 0) {
            throw new IOException(
                    "keytool failed: " + Files.readString(folder.resolve("keytool.log")));
        }
    }

    private static Path pem(Path file, String name, byte[] bytes) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        String text = "-----BEGIN " + name + "-----\n" + body + "\n-----END " + name + "-----\n";
        return Files.writeString(file, text);
    }
}
