package io.sluice.store;

import java.util.Comparator;

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

    @Override
    public int compareTo(RollupKey other) {
        return ORDER.compare(this, other);
    }
}
