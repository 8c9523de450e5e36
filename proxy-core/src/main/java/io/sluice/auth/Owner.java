package io.sluice.auth;

import org.jspecify.annotations.Nullable;

/**
 * Who a key belongs to, and so who pays. Immutable.
 *
 * <p>Each is the id of a record in the database, {@code null} where the key belongs to none.
 */
public record Owner(
        @Nullable String userId,
        @Nullable String teamId,
        @Nullable String organizationId,
        @Nullable String projectId) {

    /** Nobody but the key itself. */
    public static final Owner NONE = new Owner(null, null, null, null);
}
