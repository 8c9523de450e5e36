package io.sluice.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.config.Secret;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals secrets that the gateway must be able to read again, such as keys of providers: {@code
 * enc:v1:} and the Base64 of a nonce (12 bytes), the text under AES-256-GCM and its tag (16).
 *
 * <p>Safe for any thread.
 */
public final class SealedText {

    private static final String MARK = "enc:v1:";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final String PURPOSE = "sluice sealed credentials v1";

    private final SecretKey key;
    private final SecureRandom random;

    private SealedText(SecretKey key, SecureRandom random) {
        this.key = key;
        this.random = random;
    }

    /**
     * Seals under {@code encryptionKey} where there is one, else under a key that is derived from
     * the salt key (HKDF, RFC 5869).
     *
     * @param encryptionKey the Base64 of 32 bytes
     * @throws IllegalArgumentException if it is anything else; the message does not repeat it
     */
    public static SealedText of(
            @Nullable Secret encryptionKey, Secret saltKey, SecureRandom random) {
        return new SealedText(
                encryptionKey == null ? derived(saltKey) : given(encryptionKey), random);
    }

    /** Whether {@code text} is sealed. */
    public static boolean isSealed(String text) {
        return text.startsWith(MARK);
    }

    /**
     * The sealed form of {@code text}, another one each time.
     *
     * @throws IllegalStateException if the platform has no AES-GCM
     */
    public String seal(Secret text) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
            byte[] sealed = cipher.doFinal(text.reveal().getBytes(UTF_8));
            byte[] whole =
                    ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
            return MARK + Base64.getEncoder().encodeToString(whole);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * What was sealed. A text without the mark is its own.
     *
     * @throws IllegalArgumentException if it was sealed under another key, or changed since
     */
    public Secret open(String text) {
        if (!isSealed(text)) {
            return Secret.of(text);
        }
        try {
            byte[] whole = Base64.getDecoder().decode(text.substring(MARK.length()));
            if (whole.length < NONCE_BYTES + TAG_BITS / 8) {
                throw new IllegalArgumentException("a sealed credential is too short");
            }
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    key,
                    new GCMParameterSpec(TAG_BITS, whole, 0, NONCE_BYTES));
            byte[] clear = cipher.doFinal(whole, NONCE_BYTES, whole.length - NONCE_BYTES);
            return Secret.of(new String(clear, UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "a sealed credential cannot be opened: it was sealed under another key, or"
                            + " changed since",
                    e);
        }
    }

    private static SecretKey given(Secret encryptionKey) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(encryptionKey.reveal().strip());
        } catch (IllegalArgumentException _) {
            bytes = new byte[0];
        }
        if (bytes.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "ENCRYPTION_KEY must be the Base64 of 32 bytes; make one with"
                            + " \"openssl rand -base64 32\"");
        }
        return new SecretKeySpec(bytes, "AES");
    }

    private static SecretKey derived(Secret saltKey) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveKey(
                            "AES",
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(saltKey.reveal().getBytes(UTF_8))
                                    .thenExpand(PURPOSE.getBytes(UTF_8), KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
