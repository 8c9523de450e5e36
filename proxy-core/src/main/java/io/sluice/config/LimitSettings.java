package io.sluice.config;

import org.jspecify.annotations.Nullable;

/**
 * What one client, and all clients together, may take up.
 *
 * @param bodyBytes the largest request body
 * @param bufferedBytes all request bodies held at once; {@code null} means a quarter of direct
 *     memory
 * @param headBytes the largest request or response head
 * @param connections open client connections
 * @param connectionsPerAddress open connections of one client address; {@code null} means no limit
 * @param calls what all calls together may take
 */
public record LimitSettings(
        long bodyBytes,
        @Nullable Long bufferedBytes,
        int headBytes,
        int connections,
        @Nullable Integer connectionsPerAddress,
        AccountLimits calls) {

    public static final LimitSettings DEFAULT =
            new LimitSettings(32L << 20, null, 64 << 10, 20_000, null, AccountLimits.NONE);
}
