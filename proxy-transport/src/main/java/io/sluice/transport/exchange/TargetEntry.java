package io.sluice.transport.exchange;

import io.sluice.config.FailureKind;
import io.sluice.error.ErrorCode;
import io.sluice.health.AttemptOutcome;
import io.sluice.health.AttemptResult;
import io.sluice.health.Latencies;
import io.sluice.ledger.Outcome;
import io.sluice.routing.PoolKey;
import io.sluice.routing.Target;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt has taken of its target: leave to ask it, and one of its keys. Tells the target
 * once how the attempt ended, whoever ends it.
 *
 * <p>Confined to the event loop of its call. An attempt that is made once more on another
 * connection keeps it.
 */
final class TargetEntry {

    private final Target target;
    private final PoolKey key;
    private final int outputClass;

    private long askedNanos;
    private long firstByteNanos = -1;
    private boolean isForeignKey;
    private boolean hasEnded;

    /**
     * An entry that was given by {@link io.sluice.routing.AttemptPlan#enter}.
     *
     * @param outputBound the most output that the call asks for in tokens, 0 without a bound
     */
    TargetEntry(Target target, PoolKey key, long outputBound, long nowNanos) {
        this.target = target;
        this.key = key;
        this.outputClass = Latencies.classOf(outputBound);
        this.askedNanos = nowNanos;
    }

    Target target() {
        return target;
    }

    PoolKey key() {
        return key;
    }

    /** The caller's project has a key of its own, which the attempt is made with. */
    void useForeignKey() {
        isForeignKey = true;
    }

    /** The request goes out. */
    void onAsked(long nowNanos) {
        askedNanos = nowNanos;
    }

    /** The first payload has come. */
    void onFirstByte(long nowNanos) {
        if (firstByteNanos < 0) {
            firstByteNanos = nowNanos - askedNanos;
        }
    }

    /** The attempt ended with the gateway's own error, or without one; nothing was used. */
    void end(@Nullable ErrorCode error, long nowNanos) {
        end(resultOf(error), 0, 0, nowNanos);
    }

    /** The attempt ended in a failure that another attempt may better. */
    void end(FailureKind kind, long retryAfterNanos, long nowNanos) {
        AttemptResult result =
                switch (kind) {
                    case AUTHENTICATION -> AttemptResult.UNAUTHORIZED;
                    case RATE_LIMIT -> AttemptResult.RATE_LIMITED;
                    case TIMEOUT -> AttemptResult.TIMED_OUT;
                    case INTERNAL -> AttemptResult.FAILED;
                    case BAD_REQUEST, CONTENT_POLICY, CONTEXT_WINDOW -> AttemptResult.CALLER_FAULT;
                };
        end(result, 0, retryAfterNanos, nowNanos);
    }

    /** The attempt was never made. */
    void giveBack(long nowNanos) {
        end(AttemptResult.UNKNOWN, 0, 0, nowNanos);
    }

    /**
     * The call has ended, and the attempt with it.
     *
     * @param tokens that were used
     */
    void end(CallEnd how, Outcome outcome, Answer answer, long tokens, long nowNanos) {
        AttemptResult result;
        if (how.error() != null) {
            result = resultOf(how.error());
        } else if (outcome == Outcome.CANCELLED || outcome == Outcome.DRAIN_CAPPED) {
            result = AttemptResult.UNKNOWN;
        } else {
            result = AttemptResult.ofStatus(how.status());
            if (result == AttemptResult.SERVED && (answer.isError() || outcome == Outcome.CUT)) {
                result = AttemptResult.FAILED;
            }
        }
        end(result, tokens, answer.retryAfterNanos(), nowNanos);
    }

    private void end(AttemptResult result, long tokens, long retryAfterNanos, long nowNanos) {
        if (!hasEnded) {
            hasEnded = true;
            target.placement()
                    .health()
                    .onEnd(
                            isForeignKey ? null : key.health(),
                            new AttemptOutcome(
                                    result, firstByteNanos, outputClass, tokens, retryAfterNanos),
                            nowNanos);
        }
    }

    private static AttemptResult resultOf(@Nullable ErrorCode error) {
        return switch (error) {
            case UPSTREAM_UNREACHABLE -> AttemptResult.UNREACHABLE;
            case UPSTREAM_CLOSED, CREDENTIAL_MISSING -> AttemptResult.FAILED;
            case UPSTREAM_TIMEOUT -> AttemptResult.TIMED_OUT;
            case null, default -> AttemptResult.UNKNOWN;
        };
    }
}
