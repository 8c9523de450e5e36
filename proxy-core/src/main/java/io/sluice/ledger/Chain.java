package io.sluice.ledger;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The SHA-256 that binds each frame to all before it. Confined to one thread. */
final class Chain {

    private final MessageDigest digest;
    private byte[] value;

    Chain(byte[] value) {
        this.value = value.clone();
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The chain of a journal that has no frame. */
    static byte[] start() {
        return new byte[Frame.CHAIN_BYTES];
    }

    byte[] value() {
        return value.clone();
    }

    void reset(byte[] to) {
        value = to.clone();
    }

    /** Moves on over a frame, and writes the chain at its end. */
    void seal(byte[] bytes, int offset, int length) {
        value = next(bytes, offset, length);
        System.arraycopy(value, 0, bytes, offset + length - Frame.CHAIN_BYTES, Frame.CHAIN_BYTES);
    }

    /** Moves on over a frame, if its chain is right; whether it is. */
    boolean check(byte[] bytes, int offset, int length) {
        byte[] next = next(bytes, offset, length);
        int at = offset + length - Frame.CHAIN_BYTES;
        if (!Arrays.equals(next, 0, next.length, bytes, at, at + next.length)) {
            return false;
        }
        value = next;
        return true;
    }

    private byte[] next(byte[] bytes, int offset, int length) {
        digest.update(value);
        digest.update(bytes, offset, length - Frame.CHAIN_BYTES);
        return digest.digest();
    }
}
