package io.sluice.health;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * How one target fares: its breaker, its keys, its latency, what it is used for at this moment.
 * Outlives the settings that it was made for, and is found again by its id.
 *
 * <p>Safe for any thread, without locks. Times are nanoseconds of the event loops' clock.
 */
public final class TargetHealth {

    /*
     * Every attempt that has begun, onBegin, ends in one onEnd, whatever becomes of it; in between
     * it holds what Breaker.enter and KeyHealth.enter may have given it, the place of a probe.
     *
     * Whose fault a failure is: a refused connection is the address's; a 429 or a 401 is the key's;
     * everything else is the target's where it has one key, and the key's where it has several,
     * since the others tell by their success that it is not the address. A success after a failure
     * that was the other's says nothing against either.
     */

    private final String id;
    private final HealthListener listener;
    private final Breaker breaker = new Breaker();
    private final WindowScore score = new WindowScore();
    private final Latencies latencies = new Latencies();
    private final MinuteUsage requests = new MinuteUsage();
    private final MinuteUsage tokens = new MinuteUsage();
    private final LongAdder inFlight = new LongAdder();
    private final LongAdder served = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Map<String, KeyHealth> keys = new ConcurrentHashMap<>();

    private volatile HealthTerms terms = HealthTerms.OFF;
    private volatile @Nullable TargetSwitch traffic;
    private volatile @Nullable TargetSwitch weight;
    private volatile @Nullable HealthCheck check;

    TargetHealth(String id, HealthListener listener) {
        this.id = id;
        this.listener = listener;
    }

    /** A target of which nobody is told. */
    public static TargetHealth alone(String id) {
        return new TargetHealth(id, HealthListener.NONE);
    }

    public String id() {
        return id;
    }

    /** What counts from now on; called with each snapshot that has the target. */
    public void setTerms(HealthTerms now) {
        terms = now;
    }

    public HealthTerms terms() {
        return terms;
    }

    /** The health of one of its keys, made where it is not there yet. */
    public KeyHealth key(String keyId) {
        return keys.computeIfAbsent(keyId, KeyHealth::new);
    }

    /** The keys that have been named to it. */
    public Collection<KeyHealth> keys() {
        return keys.values();
    }

    /** Forgets keys that are not there any more. */
    void keepKeys(Set<String> ids) {
        keys.keySet().retainAll(ids);
    }

    public Breaker breaker() {
        return breaker;
    }

    public WindowScore score() {
        return score;
    }

    public Latencies latencies() {
        return latencies;
    }

    /** Attempts that are under way. */
    public long inFlight() {
        return Math.max(0, inFlight.sum());
    }

    /** Attempts that were served since the process began. */
    public long served() {
        return served.sum();
    }

    /** Attempts that failed since the process began. */
    public long failed() {
        return failed.sum();
    }

    /** Attempts that began in this minute. */
    public long requestsThisMinute(long nowNanos) {
        return requests.used(nowNanos);
    }

    /** Tokens that attempts have used which ended in this minute. */
    public long tokensThisMinute(long nowNanos) {
        return tokens.used(nowNanos);
    }

    /**
     * Whether an attempt may go there, its keys apart; takes nothing.
     *
     * @param isBound whether the call belongs to this target, and goes there while it drains
     */
    public boolean allows(long nowNanos, boolean isBound) {
        TargetSwitch set = traffic;
        boolean isOff =
                set != null
                        && set.isOn(nowNanos)
                        && !(isBound && set.kind() == TargetSwitch.Kind.DRAIN);
        return !isOff && breaker.allows(nowNanos);
    }

    /** How long until {@link #allows} may say yes; {@link Breaker#FOR_EVER} if never by itself. */
    public long waitNanos(long nowNanos) {
        TargetSwitch set = traffic;
        long off = 0;
        if (set != null && set.isOn(nowNanos)) {
            off =
                    set.untilNanos() == TargetSwitch.FOR_GOOD
                            ? Breaker.FOR_EVER
                            : set.untilNanos() - nowNanos;
        }
        return Math.max(off, breaker.waitNanos(nowNanos));
    }

    /** The share of calls that an operator has set over the file's; -1 where none is. */
    public double weightSet(long nowNanos) {
        TargetSwitch set = weight;
        return set == null || !set.isOn(nowNanos) ? -1 : set.weight();
    }

    /** What an operator has set of its traffic, {@code null} where nothing is. */
    public @Nullable TargetSwitch trafficSwitch(long nowNanos) {
        TargetSwitch set = traffic;
        return set == null || !set.isOn(nowNanos) ? null : set;
    }

    /** What an operator has set of its weight, {@code null} where nothing is. */
    public @Nullable TargetSwitch weightSwitch(long nowNanos) {
        TargetSwitch set = weight;
        return set == null || !set.isOn(nowNanos) ? null : set;
    }

    /** Sets what an operator wants. */
    public void set(TargetSwitch wanted) {
        if (wanted.kind() == TargetSwitch.Kind.WEIGHT) {
            weight = wanted;
        } else {
            traffic = wanted;
        }
    }

    /** Takes back all that an operator has set, and forgets failures. */
    public void enable() {
        traffic = null;
        weight = null;
        breaker.close();
        score.clear();
    }

    /** What the last active check has found, {@code null} before any. */
    public @Nullable HealthCheck lastCheck() {
        return check;
    }

    /** Notes what an active check has found; one that succeeded closes the breaker. */
    public void onCheck(HealthCheck found) {
        check = found;
        boolean isResting = breaker.standing().state() != Breaker.State.CLOSED;
        if (found.isHealthy() && isResting && !breaker.standing().isForGood()) {
            breaker.close();
        }
    }

    /** An attempt begins that {@link Breaker#enter} has let through. */
    public void onBegin(long nowNanos) {
        inFlight.increment();
        requests.add(1, nowNanos);
    }

    /**
     * An attempt has ended, once for each {@link #onBegin}.
     *
     * @param key that it was made with, {@code null} where that was not one of the target's own
     */
    public void onEnd(@Nullable KeyHealth key, AttemptOutcome outcome, long nowNanos) {
        inFlight.decrement();
        AttemptResult result = outcome.result();
        HealthTerms now = terms;
        if (outcome.tokens() > 0) {
            tokens.add(outcome.tokens(), nowNanos);
        }
        if (result == AttemptResult.SERVED) {
            served.increment();
            score.add(true, now.windowNanos(), nowNanos);
            if (outcome.firstByteNanos() >= 0) {
                latencies.add(outcome.outputClass(), outcome.firstByteNanos());
            }
        } else if (result.isFailure() && (key != null || !isOfKey(result))) {
            failed.increment();
            score.add(false, now.windowNanos(), nowNanos);
        }
        if (key != null) {
            countForKey(key, outcome, now, nowNanos);
        }
        AttemptResult own = ofTarget(result, now.isPooled());
        if (breaker.onResult(own, now.target(), nowNanos, now.target().restNanos())) {
            listener.onOpened(this, null, own);
        }
    }

    private void countForKey(
            KeyHealth key, AttemptOutcome outcome, HealthTerms now, long nowNanos) {
        AttemptResult own = ofKey(outcome.result(), now.isPooled());
        long restNanos = now.key().restNanos();
        if (own == AttemptResult.UNAUTHORIZED) {
            restNanos = Breaker.FOR_EVER;
        } else if (own == AttemptResult.RATE_LIMITED) {
            long usual = now.isPooled() ? restNanos : now.target().restNanos();
            restNanos = outcome.retryAfterNanos() > 0 ? outcome.retryAfterNanos() : usual;
        }
        key.count(outcome.result(), now.windowNanos(), nowNanos);
        if (key.breaker().onResult(own, now.key(), nowNanos, restNanos)) {
            listener.onOpened(this, key, own);
        }
    }

    /** What a result says of the target. */
    static AttemptResult ofTarget(AttemptResult result, boolean isPooled) {
        boolean isOwn = result == AttemptResult.UNREACHABLE || !isPooled;
        return result.isFailure() && (isOfKey(result) || !isOwn)
                ? AttemptResult.CALLER_FAULT
                : result;
    }

    /** What a result says of the key. */
    static AttemptResult ofKey(AttemptResult result, boolean isPooled) {
        boolean isOwn = isOfKey(result) || (isPooled && result != AttemptResult.UNREACHABLE);
        return result.isFailure() && !isOwn ? AttemptResult.UNKNOWN : result;
    }

    private static boolean isOfKey(AttemptResult result) {
        return result == AttemptResult.RATE_LIMITED || result == AttemptResult.UNAUTHORIZED;
    }

    /** The place of a probe that was taken and is not used. */
    public void giveBackProbe(long nowNanos) {
        breaker.onResult(AttemptResult.UNKNOWN, terms.target(), nowNanos, 0);
    }

    void restore(
            Breaker.Standing standing,
            @Nullable TargetSwitch itsTraffic,
            @Nullable TargetSwitch itsWeight) {
        breaker.restore(standing);
        traffic = itsTraffic;
        weight = itsWeight;
    }
}
