package io.sluice.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
    private static final ThreadLocal<MessageDigest> SHA_256 =
            ThreadLocal.withInitial(KeyHash::newSha256);

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

    /** The hash of a key in clear. Allocates the key's bytes, a digest and itself. */
    public static KeyHash of(String key) {
        MessageDigest sha256 = SHA_256.get();
        sha256.reset();
        return new KeyHash(sha256.digest(key.getBytes(UTF_8)));
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

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
