package io.sluice.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of a caller's key: what the gateway remembers a key by. Immutable; its {@code
 * toString} shows nothing.
 */
public final class KeyHash {

    /*
     * Two are compared without a branch, and found by their first bits. What the time of that tells
     * is about a digest, and a caller cannot choose the digest of his guess without inverting
     * SHA-256.
     */

    /** The bytes of one. */
    public static final int BYTES = 32;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final ThreadLocal<Hasher> HASHERS = ThreadLocal.withInitial(Hasher::new);

    private final long a;
    private final long b;
    private final long c;
    private final long d;

    private KeyHash(byte[] bytes) {
        a = (long) LONGS.get(bytes, 0);
        b = (long) LONGS.get(bytes, 8);
        c = (long) LONGS.get(bytes, 16);
        d = (long) LONGS.get(bytes, 24);
    }

    /** The hash of a key in clear. Allocates itself alone where the key is short and of ASCII. */
    public static KeyHash of(String key) {
        return HASHERS.get().hash(key);
    }

    /** The hash that 64 hexadecimal digits spell, or {@code null} if they are none. */
    public static @Nullable KeyHash parse(String hex) {
        if (hex.length() != 2 * BYTES) {
            return null;
        }
        try {
            return new KeyHash(HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** Its 32 bytes, a fresh array. */
    public byte[] toBytes() {
        byte[] bytes = new byte[BYTES];
        LONGS.set(bytes, 0, a);
        LONGS.set(bytes, 8, b);
        LONGS.set(bytes, 16, c);
        LONGS.set(bytes, 24, d);
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyHash hash
                && ((a ^ hash.a) | (b ^ hash.b) | (c ^ hash.c) | (d ^ hash.d)) == 0;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(a);
    }

    @Override
    public String toString() {
        return "***";
    }

    /** What one thread hashes with. */
    private static final class Hasher {

        private static final int ROOM = 256;

        private final MessageDigest sha256 = newSha256();
        private final byte[] text = new byte[ROOM];
        private final byte[] digest = new byte[BYTES];

        KeyHash hash(String key) {
            sha256.reset();
            int length = copy(key);
            if (length < 0) {
                return new KeyHash(sha256.digest(key.getBytes(UTF_8)));
            }
            sha256.update(text, 0, length);
            try {
                sha256.digest(digest, 0, BYTES);
            } catch (DigestException e) {
                throw new IllegalStateException(e);
            } finally {
                Arrays.fill(text, 0, length, (byte) 0);
            }
            return new KeyHash(digest);
        }

        /** How many bytes the key has, now in {@code text}; -1 if it does not fit as it is. */
        private int copy(String key) {
            int length = key.length();
            if (length > ROOM) {
                return -1;
            }
            for (int i = 0; i < length; i++) {
                char letter = key.charAt(i);
                if (letter > 0x7f) {
                    return -1;
                }
                text[i] = (byte) letter;
            }
            return length;
        }

        private static MessageDigest newSha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
