package io.sluice.transport.exchange;

import io.sluice.auth.Principal;
import io.sluice.config.OnDisconnect;
import io.sluice.routing.Target;

/**
 * The bounds within which an answer is read on for a client that has left. Immutable.
 *
 * @param rule drains
 * @param startNanos when the client left, by the loop's clock
 * @param startTokens how many tokens had come out by then
 */
record Drain(OnDisconnect rule, long startNanos, long startTokens) {

    /** What becomes of a call's answer: the key's rule, else the model's, else the gateway's. */
    static OnDisconnect rule(GatewayRequest request, Target target) {
        Principal principal = request.principal();
        OnDisconnect ofKey = principal == null ? null : principal.onDisconnect();
        if (ofKey != null) {
            return ofKey;
        }
        OnDisconnect ofModel = target.onDisconnect();
        return ofModel == null ? request.snapshot().settings().onDisconnect() : ofModel;
    }

    /** Whether the bound is reached. */
    boolean isOver(long nowNanos, long tokens) {
        return (rule.longest() != null && nowNanos - startNanos > rule.longest().toNanos())
                || (rule.mostTokens() != null && tokens - startTokens >= rule.mostTokens());
    }
}
