package io.sluice.routing;

import io.sluice.health.Breaker;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The order in which one call tries its targets: by a strategy among those that are healthy, each
 * once, then again.
 *
 * <p>Confined to the event loop of its call. Choosing takes no lock and allocates nothing.
 */
public final class AttemptPlan implements Choice {

    /*
     * Whoever makes attempts asks next() for a target, which takes nothing, then enter() for leave
     * to begin there, which may take the one probe of a breaker that is half open, and one of the
     * target's keys. What enter() gave ends in TargetHealth.onEnd, once, on every path.
     *
     * A target that cannot be entered any more, since another loop was faster, is passed over; so
     * is one whose limits have no room. A target whose breaker is open is never given out: where
     * all are, next() says null and waitNanos() how long that may last.
     */

    private final List<Target> targets;
    private final long among;
    private final Strategy strategy;
    private final RandomGenerator random;
    private final long inputTokens;
    private final long outputTokens;
    private final long affinity;
    private final long ownKeys;
    private final boolean isBound;

    private long tried;
    private long passedOver;
    private long open;
    private long nowNanos;
    private long @Nullable [] triedKeys;
    private long excluded;

    /** A plan for any of those targets, by weight, whatever the call. */
    public AttemptPlan(List<Target> targets, RandomGenerator random) {
        this(
                targets,
                Bits.first(targets.size()),
                WeightedShuffle.INSTANCE,
                random,
                new CallTraits(),
                false);
    }

    /**
     * A plan.
     *
     * @param among bits of the targets that may serve the call
     * @param call read now, and not kept
     * @param isBound whether the call belongs to these targets, and goes there while they drain
     */
    public AttemptPlan(
            List<Target> targets,
            long among,
            Strategy strategy,
            RandomGenerator random,
            CallTraits call,
            boolean isBound) {
        this.targets = targets;
        this.among = among;
        this.strategy = strategy;
        this.random = random;
        this.inputTokens = call.inputTokens();
        this.outputTokens = call.outputTokens();
        this.affinity = call.affinity();
        this.ownKeys = call.ownKeys();
        this.isBound = isBound;
    }

    /** A plan for a call that belongs to one target. */
    public static AttemptPlan bound(Target target, RandomGenerator random) {
        return new AttemptPlan(
                List.of(target), 1, WeightedShuffle.INSTANCE, random, new CallTraits(), true);
    }

    /** All targets of its model, those that it does not choose from included. */
    public List<Target> targets() {
        return targets;
    }

    /** How many targets may serve the call, whether or not they can at this moment. */
    public int size() {
        return Long.bitCount(among);
    }

    /** How many keys those targets have together. */
    public int keyCount() {
        int count = 0;
        for (long left = among; left != 0; left &= left - 1) {
            Target target = targets.get(Long.numberOfTrailingZeros(left));
            count += target.placement().keys().keys().size();
        }
        return count;
    }

    /** Passes a target over until {@link #reconsider}. */
    public void passOver(Target target) {
        for (int i = 0; i < targets.size(); i++) {
            if (targets.get(i).equals(target)) {
                passedOver |= 1L << i;
            }
        }
    }

    /** Leaves a target out for good. */
    public void exclude(Target target) {
        for (int i = 0; i < targets.size(); i++) {
            if (targets.get(i).equals(target)) {
                excluded |= 1L << i;
            }
        }
    }

    /** Takes into account again what was passed over. */
    public void reconsider() {
        passedOver = 0;
    }

    /** Begins anew, as if nothing had been tried. */
    public void restart() {
        tried = 0;
        passedOver = 0;
        excluded = 0;
        triedKeys = null;
    }

    /**
     * The next target: one not tried yet where there is one, else any. {@code null} if none of them
     * can be used at this moment.
     */
    public @Nullable Target next(long now) {
        Target next = draw(now);
        if (next == null && tried != 0) {
            tried = 0;
            next = draw(now);
        }
        return next;
    }

    private @Nullable Target draw(long now) {
        nowNanos = now;
        open = firstInOrder(healthy(among & ~(tried | passedOver | excluded), now));
        if (open == 0) {
            return null;
        }
        int chosen = strategy.choose(this);
        tried |= 1L << chosen;
        return targets.get(chosen);
    }

    private long healthy(long from, long now) {
        long healthy = 0;
        for (long left = from; left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            if (isHealthy(i, now)) {
                healthy |= 1L << i;
            }
        }
        return healthy;
    }

    private boolean isHealthy(int i, long now) {
        Target target = targets.get(i);
        return target.isUsable()
                && target.placement().allows(now, isBound || affinity != 0, hasOwnKey(i));
    }

    private boolean hasOwnKey(int i) {
        return (ownKeys & 1L << i) != 0;
    }

    /** Lower orders go first, under every strategy. */
    private long firstInOrder(long from) {
        int lowest = Integer.MAX_VALUE;
        long first = 0;
        for (long left = from; left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            int order = targets.get(i).placement().traits().order();
            if (order < lowest) {
                lowest = order;
                first = 0;
            }
            if (order == lowest) {
                first |= 1L << i;
            }
        }
        return first;
    }

    /**
     * Takes what an attempt at {@code target} needs: leave of its breaker, and one of its keys, one
     * that this call has not tried where there is one. Counts the attempt as begun; its end is owed
     * to {@link io.sluice.health.TargetHealth#onEnd}, with the health of that key.
     *
     * @return {@code null} if it cannot be had any more; then nothing was taken
     */
    public @Nullable PoolKey enter(Target target, long now) {
        Placement place = target.placement();
        if (!place.health().breaker().enter(now)) {
            return null;
        }
        int i = targets.indexOf(target);
        int key = place.keys().enter(random, triedKeys(i), now);
        if (key < 0 && !(i >= 0 && hasOwnKey(i))) {
            place.health().giveBackProbe(now);
            return null;
        }
        place.health().onBegin(now);
        if (place.keys().isPooled()) {
            noteKey(i, key);
        }
        return place.keys().keys().get(Math.max(0, key));
    }

    private long triedKeys(int i) {
        return triedKeys == null || i < 0 ? 0 : triedKeys[i];
    }

    private void noteKey(int i, int key) {
        if (i < 0 || key < 0) {
            return;
        }
        if (triedKeys == null) {
            triedKeys = new long[targets.size()];
        }
        triedKeys[i] |= 1L << key;
    }

    /**
     * How long until one of the targets may be used; 0 where one can be, {@link Breaker#FOR_EVER}
     * if none will be by itself.
     */
    public long waitNanos(long now) {
        long least = Breaker.FOR_EVER;
        for (long left = among & ~excluded; left != 0; left &= left - 1) {
            Target target = targets.get(Long.numberOfTrailingZeros(left));
            if (target.isUsable()) {
                least = Math.min(least, target.placement().waitNanos(now));
            }
        }
        return least;
    }

    @Override
    public Target target(int index) {
        return targets.get(index);
    }

    @Override
    public long open() {
        return open;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public long nowNanos() {
        return nowNanos;
    }

    @Override
    public long inputTokens() {
        return inputTokens;
    }

    @Override
    public long outputTokens() {
        return outputTokens;
    }

    @Override
    public long affinity() {
        return affinity;
    }
}
