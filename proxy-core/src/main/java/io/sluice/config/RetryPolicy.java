package io.sluice.config;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many further attempts each kind of failure is worth, where that is said. Immutable. */
public final class RetryPolicy {

    /** Says nothing. */
    public static final RetryPolicy NONE = new RetryPolicy(Map.of());

    private final Map<FailureKind, Integer> retries;

    /**
     * A policy.
     *
     * @param retries at least 0 each
     */
    public RetryPolicy(Map<FailureKind, Integer> retries) {
        EnumMap<FailureKind, Integer> copy = new EnumMap<>(FailureKind.class);
        copy.putAll(retries);
        this.retries = copy;
    }

    /** Further attempts after one that failed so, {@code null} where nothing is said. */
    public @Nullable Integer retries(FailureKind kind) {
        return retries.get(kind);
    }

    public boolean isEmpty() {
        return retries.isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RetryPolicy policy && retries.equals(policy.retries);
    }

    @Override
    public int hashCode() {
        return retries.hashCode();
    }

    @Override
    public String toString() {
        return retries.toString();
    }
}
