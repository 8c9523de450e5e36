package io.sluice.store;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The row of sums that a call belongs to.
 *
 * <p>Ordered, and rows are always changed in this order: two writers never wait for each other.
 *
 * @param bucket hours or days since 1970-01-01 UTC
 * @param modelGroup the name under which the model was found; empty where it is the model
 */
record RollupKey(
        String dimension, String id, long bucket, String model, String modelGroup, String currency)
        implements Comparable<RollupKey> {

    private static final Comparator<RollupKey> ORDER =
            Comparator.comparing(RollupKey::dimension)
                    .thenComparing(RollupKey::id)
                    .thenComparingLong(RollupKey::bucket)
                    .thenComparing(RollupKey::model)
                    .thenComparing(RollupKey::modelGroup)
                    .thenComparing(RollupKey::currency);

    /** By hand: many are looked up for each row, and the one that a record has is slow. */
    @Override
    public int hashCode() {
        int hash = dimension.hashCode();
        hash = 31 * hash + id.hashCode();
        hash = 31 * hash + Long.hashCode(bucket);
        hash = 31 * hash + model.hashCode();
        return 31 * hash + currency.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RollupKey key
                && bucket == key.bucket
                && dimension.equals(key.dimension)
                && id.equals(key.id)
                && model.equals(key.model)
                && currency.equals(key.currency);
    }

    @Override
    public int compareTo(RollupKey other) {
        return ORDER.compare(this, other);
    }
}
