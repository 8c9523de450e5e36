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
public final class KeyHash extends KeyId {

    /** The bytes of one. */
    public static final int BYTES = 32;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

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

    /**
     * The hash of a key in clear. For the keys of calls there is {@link KeyProbe}.
     *
     * @throws IllegalStateException if the platform has no SHA-256
     */
    public static KeyHash of(String key) {
        try {
            return new KeyHash(MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
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

    /** The hash whose bytes these are; they are copied. */
    static KeyHash ofDigest(byte[] digest) {
        return new KeyHash(digest);
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
    long first() {
        return a;
    }

    @Override
    long second() {
        return b;
    }

    @Override
    long third() {
        return c;
    }

    @Override
    long fourth() {
        return d;
    }
}
