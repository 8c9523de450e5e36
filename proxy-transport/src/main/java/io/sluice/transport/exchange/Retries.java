package io.sluice.transport.exchange;

import io.sluice.config.FailoverSettings;
import io.sluice.config.FailureKind;
import io.sluice.routing.AttemptPlan;
import io.sluice.routing.PoolKey;
import io.sluice.routing.Target;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which target one call tries next, whether it may, and after which wait. Times are nanoseconds.
 *
 * <p>Confined to the event loop of its call.
 */
final class Retries {

    private static final long MAX_REST_NANOS = TimeUnit.DAYS.toNanos(1);
    private static final long FIRST_BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final AttemptPlan plan;
    private final RandomGenerator random;
    private final long leastBackoffNanos;
    private final FailoverSettings settings;
    private final @Nullable String group;

    private @Nullable Map<Target, Long> restUntilNanos;
    private int tries;

    /**
     * The retries of one call.
     *
     * @param leastBackoffNanos the shortest wait before the same target is asked again
     * @param settings say how often each kind of failure is tried again
     */
    Retries(
            RoutedRequest routed,
            RandomGenerator random,
            long leastBackoffNanos,
            FailoverSettings settings) {
        this.plan = routed.plan();
        this.random = random;
        this.leastBackoffNanos = leastBackoffNanos;
        this.settings = settings;
        this.group = routed.group();
    }

    /** The target to begin with, {@code null} if none can be used. */
    @Nullable Target first(long nowNanos) {
        return plan.next(nowNanos);
    }

    /** See {@link AttemptPlan#enter}. */
    @Nullable PoolKey enter(Target target, long nowNanos) {
        return plan.enter(target, nowNanos);
    }

    /** See {@link AttemptPlan#waitNanos}. */
    long waitNanos(long nowNanos) {
        return plan.waitNanos(nowNanos);
    }

    /** A target is tried. */
    void onTry() {
        tries++;
        plan.reconsider();
    }

    /** A target has no room at this moment: others are taken, until one is tried. */
    void passOver(Target target) {
        plan.passOver(target);
    }

    /** A target cannot serve the call at all: it is never taken again. */
    void exclude(Target target) {
        plan.exclude(target);
    }

    /** The target that was tried last could not be asked: that was no try. */
    void onUntried() {
        tries--;
    }

    /** Whether no other target could serve the call. */
    boolean hasOneTarget() {
        return plan.size() == 1;
    }

    /**
     * Whether there may be another try.
     *
     * @param tried the last one
     * @param kind how it failed
     * @param tookNanos after how long
     */
    boolean mayRetry(Target tried, FailureKind kind, long tookNanos) {
        Duration within = settings.retryOnlyWithin();
        if (within != null && tookNanos > within.toNanos()) {
            return false;
        }
        Integer said = settings.retries(group, kind);
        return said == null ? tries <= tried.retries() && isWorthOne(kind) : tries <= said;
    }

    /**
     * Whether a failure is tried again where no policy says so. A credential that was refused once
     * is refused twice, so that each target is asked once then.
     */
    private boolean isWorthOne(FailureKind kind) {
        return switch (kind) {
            case BAD_REQUEST, CONTENT_POLICY, CONTEXT_WINDOW -> false;
            case AUTHENTICATION -> tries < plan.keyCount();
            case TIMEOUT, RATE_LIMIT, INTERNAL -> true;
        };
    }

    /** Whether a policy has a word on any failure. */
    boolean hasPolicy() {
        return settings.hasPolicy(group);
    }

    /** Whether a failure may be tried again at the target it came from. */
    boolean mayRepeat(Target tried, FailureKind kind) {
        return kind != FailureKind.AUTHENTICATION
                || tried.placement().keys().isPooled()
                || settings.retries(group, kind) != null;
    }

    /**
     * The target to try next.
     *
     * @param longestWaitNanos no target is taken that wants to be left alone for longer
     * @return {@code null} if there is none
     */
    @Nullable Target next(long nowNanos, long longestWaitNanos) {
        Target next = plan.next(nowNanos);
        if (next == null && restUntilNanos != null) {
            long waitNanos = plan.waitNanos(nowNanos);
            next = waitNanos > longestWaitNanos ? null : plan.next(nowNanos + waitNanos);
        }
        return next == null || restNanos(next, nowNanos) > longestWaitNanos ? null : next;
    }

    /** A target asks to be left alone for a while. */
    void noteRest(Target target, long nanos, long nowNanos) {
        if (nanos > 0) {
            if (restUntilNanos == null) {
                restUntilNanos = new HashMap<>();
            }
            restUntilNanos.put(target, nowNanos + Math.min(nanos, MAX_REST_NANOS));
        }
    }

    /** The wait before {@code next}: none where it is another target and wants no rest. */
    long waitNanos(Target next, @Nullable Target tried, long nowNanos) {
        long rest = restNanos(next, nowNanos);
        return next.equals(tried) ? Math.max(rest, backoffNanos()) : rest;
    }

    private long restNanos(Target next, long nowNanos) {
        Long until = restUntilNanos == null ? null : restUntilNanos.get(next);
        return until == null ? 0 : Math.max(0, until - nowNanos);
    }

    private long backoffNanos() {
        long ceiling = FIRST_BACKOFF_NANOS << Math.min(tries, 6);
        return Math.max(leastBackoffNanos, ceiling / 2 + random.nextLong(ceiling / 2));
    }
}
