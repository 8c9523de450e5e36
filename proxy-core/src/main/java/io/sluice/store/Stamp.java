package io.sluice.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who made an object and who changed it last. Immutable.
 *
 * @param version of the last change, counted per kind; 0 before the object is stored
 */
public record Stamp(
        Instant createdAt,
        @Nullable String createdBy,
        Instant updatedAt,
        @Nullable String updatedBy,
        long version) {

    /** The stamp of an object that is new. */
    public static Stamp of(Instant now, @Nullable String by) {
        return new Stamp(now, by, now, by, 0);
    }

    /** The stamp after a change by {@code by}. */
    public Stamp changed(Instant now, @Nullable String by) {
        return new Stamp(createdAt, createdBy, now, by, version);
    }

    Stamp withVersion(long next) {
        return new Stamp(createdAt, createdBy, updatedAt, updatedBy, next);
    }
}
