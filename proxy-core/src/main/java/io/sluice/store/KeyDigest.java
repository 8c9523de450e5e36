package io.sluice.store;

import java.security.MessageDigest;
import java.util.Arrays;

/** What is stored of a key: a keyed digest of 32 bytes. Compared in constant time. Immutable. */
public final class KeyDigest {

    private static final int LENGTH = 32;

    private final byte[] bytes;

    private KeyDigest(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The digest of these 32 bytes, which are copied. */
    public static KeyDigest of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a digest has 32 bytes: " + bytes.length);
        }
        return new KeyDigest(bytes.clone());
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyDigest digest && MessageDigest.isEqual(bytes, digest.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "***";
    }
}
