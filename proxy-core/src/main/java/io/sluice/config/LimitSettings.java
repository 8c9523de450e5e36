package io.sluice.config;

import org.jspecify.annotations.Nullable;

/**
 * What one client, and all clients together, may take up.
 *
 * @param bodyBytes the largest request body
 * @param bufferedBytes all request bodies held at once; {@code null} means a quarter of direct
 *     memory
 * @param translationBytes what calls that are translated keep at once; {@code null} means a quarter
 *     of the heap
 * @param headBytes the largest request or response head
 * @param connections open client connections
 * @param connectionsPerAddress open connections of one client address; {@code null} means no limit
 * @param requestsPerMinutePerAddress requests of one client address in a minute; {@code null} means
 *     no limit
 * @param drainingCalls answers that are read on at once for clients that have left
 * @param sampleBytes texts of running calls that are kept to estimate their tokens, together
 * @param throttleAbove the share of what all calls together may take above which keys are given
 *     less, in thousandths; 1000 never
 * @param calls what all calls together may take
 */
public record LimitSettings(
        long bodyBytes,
        @Nullable Long bufferedBytes,
        @Nullable Long translationBytes,
        int headBytes,
        int connections,
        @Nullable Integer connectionsPerAddress,
        @Nullable Integer requestsPerMinutePerAddress,
        int drainingCalls,
        long sampleBytes,
        AccountLimits calls,
        int throttleAbove) {

    public static final LimitSettings DEFAULT =
            new LimitSettings(
                    32L << 20,
                    null,
                    null,
                    64 << 10,
                    20_000,
                    null,
                    null,
                    1000,
                    64L << 20,
                    AccountLimits.NONE,
                    800);
}
