package io.sluice.routing;

import io.sluice.health.TargetHealth;

/**
 * The target that has used the fewest tokens in this minute; those past a limit come last.
 *
 * <p>LiteLLM's {@code lowest-tpm-rpm}; among equals, the one with fewer requests.
 */
final class LowestTokens extends Lowest {

    private static final int REQUEST_BITS = 20;
    private static final long MAX_REQUESTS = (1L << REQUEST_BITS) - 1;
    private static final long PAST_LIMIT = Long.MAX_VALUE;

    @Override
    long measure(Choice choice, int index) {
        Placement place = choice.target(index).placement();
        TargetHealth health = place.health();
        long tokens = health.tokensThisMinute(choice.nowNanos());
        long requests = health.requestsThisMinute(choice.nowNanos());
        boolean isPast =
                isPast(requests + 1, place.requestsPerMinute())
                        || isPast(tokens + choice.inputTokens(), place.tokensPerMinute());
        long most = (PAST_LIMIT - 1) >> REQUEST_BITS;
        return isPast
                ? PAST_LIMIT
                : Math.min(tokens, most - 1) << REQUEST_BITS | Math.min(requests, MAX_REQUESTS);
    }

    private static boolean isPast(long used, long limit) {
        return limit > 0 && used > limit;
    }
}
