package io.sluice.auth;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes keys and ids. Safe for any thread. */
public final class NewKeys {

    /*
     * A withering token is a UUID of version 7 (RFC 9562, 5.7): 48 bits of time and 74 random ones.
     * A key has 256 random bits and says nothing.
     */

    private static final String PREFIX = "sk-";
    private static final int KEY_BYTES = 32;
    private static final int TOKEN_CHARACTERS = 22;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final SecureRandom random;
    private final InstantSource clock;

    public NewKeys(SecureRandom random, InstantSource clock) {
        this.random = random;
        this.clock = clock;
    }

    /** A key: {@code sk-} and 43 characters. */
    public String key() {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return PREFIX + BASE64.encodeToString(bytes);
    }

    /** A withering token: {@code sk-} and 22 characters that say when it was made. */
    public String witheringToken() {
        return PREFIX + BASE64.encodeToString(bytes(uuid()));
    }

    /** An id: a UUID that sorts by the time it was made. */
    public String id() {
        return uuid().toString();
    }

    /** When a withering token was made, or {@code null} if it is none. */
    public static @Nullable Instant madeAt(String token) {
        if (token.length() != PREFIX.length() + TOKEN_CHARACTERS || !token.startsWith(PREFIX)) {
            return null;
        }
        try {
            ByteBuffer bytes =
                    ByteBuffer.wrap(
                            Base64.getUrlDecoder().decode(token.substring(PREFIX.length())));
            UUID uuid = new UUID(bytes.getLong(), bytes.getLong());
            return uuid.version() == 7
                    ? Instant.ofEpochMilli(uuid.getMostSignificantBits() >>> 16)
                    : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private UUID uuid() {
        long high = (clock.millis() << 16) | 0x7000 | (random.nextInt() & 0xfff);
        long low = (random.nextLong() >>> 2) | Long.MIN_VALUE;
        return new UUID(high, low);
    }

    private static byte[] bytes(UUID uuid) {
        return ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }
}
