package io.sluice.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.config.DatabaseSettings;
import io.sluice.config.Secret;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** Finds the secret of stored digests and sealed credentials. */
public final class SaltKey {

    /** The file in the state folder. */
    public static final String FILE_NAME = "salt_key";

    private static final int BYTES = 32;
    private static final String OWNER_ONLY = "rw-------";

    private SaltKey() {}

    /**
     * The configured salt key, else the one in the state folder, which is made (mode 0600) if it is
     * not there.
     *
     * @throws IOException if a database of several processes is configured and no salt key is, or
     *     the state folder cannot be used; the message says what to do
     */
    public static Secret find(DatabaseSettings settings, Path stateDir, SecureRandom random)
            throws IOException {
        Secret configured = settings.saltKey();
        if (configured != null) {
            return configured;
        }
        if (settings.url() != null) {
            throw new IOException(
                    "a PostgreSQL database needs general_settings.salt_key, the same for every"
                            + " process that shares it; make one with \"openssl rand -base64 32\""
                            + " and keep it: without it, no stored key and no sealed credential"
                            + " can be used any more");
        }
        Path file = stateDir.resolve(FILE_NAME);
        try {
            Files.createDirectories(stateDir);
            if (!Files.exists(file)) {
                make(file, random);
            }
            String text = Files.readString(file, US_ASCII).strip();
            if (text.isEmpty()) {
                throw new IOException("it is empty");
            }
            return Secret.of(text);
        } catch (IOException e) {
            throw new IOException(
                    "cannot use the salt key in %s: %s; set state_dir to a writable folder"
                            .formatted(file, reason(e)),
                    e);
        }
    }

    /**
     * Writes beside it and links, so that nobody ever sees half of it and the first one stays.
     *
     * @throws IOException if it cannot be written
     */
    private static void make(Path file, SecureRandom random) throws IOException {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        Path draft =
                Files.createTempFile(
                        file.toAbsolutePath().getParent(),
                        FILE_NAME,
                        ".tmp",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString(OWNER_ONLY)));
        try {
            Files.writeString(draft, Base64.getEncoder().encodeToString(bytes) + '\n', US_ASCII);
            try (var channel =
                    java.nio.channels.FileChannel.open(
                            draft, java.nio.file.StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException _) {
            // Another process was first; its key counts.
        } finally {
            Files.delete(draft);
        }
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
