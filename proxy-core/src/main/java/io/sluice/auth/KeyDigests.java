package io.sluice.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.config.Secret;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What stands in the database for a key: the HMAC-SHA256, under the salt key, of the key's SHA-256.
 *
 * <p>Who reads the database can neither use what he finds nor try guesses against it, and digests
 * of LiteLLM, which are bare SHA-256, are taken over without knowing their keys. Safe for any
 * thread.
 */
public final class KeyDigests {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec salt;

    /** Digests under {@code saltKey}. */
    public KeyDigests(Secret saltKey) {
        salt = new SecretKeySpec(saltKey.reveal().getBytes(UTF_8), ALGORITHM);
        of(KeyHash.of(""));
    }

    /**
     * The stored form of a hash: 32 bytes, a fresh array.
     *
     * @throws IllegalStateException if the platform has no HMAC-SHA256
     */
    public byte[] of(KeyHash hash) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(salt);
            return mac.doFinal(hash.toBytes());
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }
}
