package io.sluice.routing;

import io.sluice.health.TargetHealth;

/**
 * The target that has used the smallest share of its limits in this minute, of requests or tokens,
 * whichever is nearer to its end.
 *
 * <p>LiteLLM's {@code usage-based-routing} and {@code -v2}; without a limit, 60 requests and
 * 100,000 tokens count as one (requirement 2.7).
 */
final class UsageBased extends Lowest {

    private static final double USUAL_REQUESTS = 60;
    private static final double USUAL_TOKENS = 100_000;
    private static final double MILLION = 1_000_000;

    @Override
    long measure(Choice choice, int index) {
        Placement place = choice.target(index).placement();
        TargetHealth health = place.health();
        double requests =
                place.requestsPerMinute() > 0 ? place.requestsPerMinute() : USUAL_REQUESTS;
        double tokens = place.tokensPerMinute() > 0 ? place.tokensPerMinute() : USUAL_TOKENS;
        double share =
                Math.max(
                        health.requestsThisMinute(choice.nowNanos()) / requests,
                        health.tokensThisMinute(choice.nowNanos()) / tokens);
        return (long) (share * MILLION);
    }
}
