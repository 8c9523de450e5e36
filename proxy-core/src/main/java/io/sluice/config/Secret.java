package io.sluice.config;

import java.util.Arrays;

/** A value that must not be seen. Its {@code toString} is {@code ***}. Immutable. */
public final class Secret {

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    public static Secret of(String value) {
        return new Secret(value);
    }

    /** The value itself. Never log it, never put it in an error. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret
                && java.security.MessageDigest.isEqual(bytes(value), bytes(secret.value));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes(value));
    }

    @Override
    public String toString() {
        return "***";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
