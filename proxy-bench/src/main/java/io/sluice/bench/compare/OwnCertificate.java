package io.sluice.bench.compare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate for this machine that signs itself, and its key.
 *
 * @param certificate PEM
 * @param privateKey PEM, PKCS #8
 */
public record OwnCertificate(Path certificate, Path privateKey) {

    private static final String PASSWORD = "changeit";
    private static final int PATIENCE_SECONDS = 60;
    private static final int PEM_WIDTH = 64;

    /**
     * Makes one for {@code localhost} and {@code 127.0.0.1}, with the JDK's own tool.
     *
     * @throws IOException if that does not work
     */
    public static OwnCertificate in(Path folder) throws IOException {
        Path store = folder.resolve("keys.p12");
        generate(store, folder.resolve("keytool.log"));
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            return new OwnCertificate(
                    pem(folder, "CERTIFICATE", keys.getCertificate("x").getEncoded()),
                    pem(
                            folder,
                            "PRIVATE KEY",
                            keys.getKey("x", PASSWORD.toCharArray()).getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static void generate(Path store, Path log) throws IOException {
        Process keytool =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                                .toString(),
                                        "-genkeypair",
                                        "-alias",
                                        "x",
                                        "-keyalg",
                                        "EC",
                                        "-dname",
                                        "CN=localhost",
                                        "-ext",
                                        "SAN=dns:localhost,ip:127.0.0.1",
                                        "-storetype",
                                        "PKCS12",
                                        "-keystore",
                                        store.toString(),
                                        "-storepass",
                                        PASSWORD))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            if (!keytool.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IOException("keytool failed: " + Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Path pem(Path folder, String name, byte[] bytes) throws IOException {
        String body = Base64.getMimeEncoder(PEM_WIDTH, new byte[] {'\n'}).encodeToString(bytes);
        String text = "-----BEGIN " + name + "-----\n" + body + "\n-----END " + name + "-----\n";
        return Files.writeString(folder.resolve(name.replace(' ', '-') + ".pem"), text);
    }
}
