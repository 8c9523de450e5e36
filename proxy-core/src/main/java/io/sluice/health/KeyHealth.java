package io.sluice.health;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * How one key of one target fares. Outlives the settings it was made for.
 *
 * <p>Safe for any thread, without locks.
 */
public final class KeyHealth {

    private static final long NEVER = Long.MIN_VALUE;

    private final String id;
    private final Breaker breaker = new Breaker();
    private final WindowScore score = new WindowScore();
    private final LongAdder failures = new LongAdder();
    private final AtomicLong lastUsedNanos = new AtomicLong(NEVER);
    private volatile boolean isDisabled;

    KeyHealth(String id) {
        this.id = id;
    }

    /** Tells it from the other keys of its target; shows nothing of the key itself. */
    public String id() {
        return id;
    }

    public Breaker breaker() {
        return breaker;
    }

    public WindowScore score() {
        return score;
    }

    /** Failures since the process began. */
    public long failures() {
        return failures.sum();
    }

    public boolean isDisabled() {
        return isDisabled;
    }

    /** Keeps calls from it until {@link #enable}. */
    public void disable() {
        isDisabled = true;
    }

    /** Lets calls come to it again, with a clean record. */
    public void enable() {
        isDisabled = false;
        breaker.close();
        score.clear();
    }

    /** Whether it was used at all. */
    public boolean isUsed() {
        return lastUsedNanos.get() != NEVER;
    }

    public long lastUsedNanos() {
        return lastUsedNanos.get();
    }

    /**
     * Whether a call may use it.
     *
     * @param cooldownNanos how long it rests after each use
     */
    public boolean allows(long nowNanos, long cooldownNanos) {
        return waitNanos(nowNanos, cooldownNanos) == 0;
    }

    /** How long until it may be used; {@link Breaker#FOR_EVER} until somebody sees to it. */
    public long waitNanos(long nowNanos, long cooldownNanos) {
        if (isDisabled) {
            return Breaker.FOR_EVER;
        }
        long open = breaker.waitNanos(nowNanos);
        long used = lastUsedNanos.get();
        return cooldownNanos == 0 || used == NEVER || open == Breaker.FOR_EVER
                ? open
                : Math.max(open, cooldownNanos - (nowNanos - used));
    }

    /** Takes it for a call, which owes a result; says whether it could be had. */
    public boolean enter(long nowNanos, long cooldownNanos) {
        if (isDisabled || !breaker.allows(nowNanos)) {
            return false;
        }
        if (cooldownNanos > 0) {
            long used = lastUsedNanos.get();
            if ((used != NEVER && nowNanos - used < cooldownNanos)
                    || !lastUsedNanos.compareAndSet(used, nowNanos)) {
                return false;
            }
        }
        return breaker.enter(nowNanos);
    }

    /** Counts how a call ended, whoever was at fault. */
    void count(AttemptResult result, long windowNanos, long nowNanos) {
        lastUsedNanos.lazySet(nowNanos);
        if (result.isFailure()) {
            failures.increment();
            score.add(false, windowNanos, nowNanos);
        } else if (result == AttemptResult.SERVED) {
            score.add(true, windowNanos, nowNanos);
        }
    }

    void restore(Breaker.Standing standing, boolean disabled) {
        breaker.restore(standing);
        isDisabled = disabled;
    }
}
