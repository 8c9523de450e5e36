package io.sluice.auth;

import org.jspecify.annotations.Nullable;

/**
 * What a key is found by: its SHA-256. Shows nothing of it.
 *
 * <p>Two are equal where their hashes are, whichever kind they are of.
 */
public abstract sealed class KeyId permits KeyHash, KeyProbe {

    /*
     * Two are compared without a branch, and found by their first bits. What the time of that tells
     * is about a digest, and a caller cannot choose the digest of his guess without inverting
     * SHA-256.
     */

    KeyId() {}

    /** The first 8 bytes of the hash, big-endian. */
    abstract long first();

    abstract long second();

    abstract long third();

    abstract long fourth();

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof KeyId id
                && ((first() ^ id.first())
                                | (second() ^ id.second())
                                | (third() ^ id.third())
                                | (fourth() ^ id.fourth()))
                        == 0;
    }

    @Override
    public final int hashCode() {
        return Long.hashCode(first());
    }

    @Override
    public final String toString() {
        return "***";
    }
}
