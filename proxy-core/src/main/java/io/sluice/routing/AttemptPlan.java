package io.sluice.routing;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The order in which one call tries its targets: by weight at random, each once, then again.
 *
 * <p>Confined to the event loop of its call.
 */
public final class AttemptPlan {

    private final List<Target> targets;
    private final RandomGenerator random;
    private long tried;
    private long passedOver;
    private long excluded;

    public AttemptPlan(List<Target> targets, RandomGenerator random) {
        this.targets = targets;
        this.random = random;
    }

    /** All targets that it chooses from, those that cannot be used included. */
    public List<Target> targets() {
        return targets;
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

    /**
     * The next target: one not tried yet where there is one, else any. {@code null} if none of them
     * can be used.
     */
    public @Nullable Target next() {
        Target next = draw();
        if (next == null && tried != 0) {
            tried = 0;
            next = draw();
        }
        return next;
    }

    private @Nullable Target draw() {
        double total = 0;
        int open = 0;
        for (int i = 0; i < targets.size(); i++) {
            if (isOpen(i)) {
                total += targets.get(i).weight();
                open++;
            }
        }
        if (open == 0) {
            return null;
        }
        int chosen = total > 0 ? byWeight(random.nextDouble() * total) : firstOpen();
        tried |= 1L << chosen;
        return targets.get(chosen);
    }

    private int byWeight(double point) {
        double left = point;
        int last = -1;
        for (int i = 0; i < targets.size(); i++) {
            if (isOpen(i) && targets.get(i).weight() > 0) {
                last = i;
                left -= targets.get(i).weight();
                if (left < 0) {
                    return i;
                }
            }
        }
        return last;
    }

    private int firstOpen() {
        int i = 0;
        while (!isOpen(i)) {
            i++;
        }
        return i;
    }

    private boolean isOpen(int i) {
        return ((tried | passedOver | excluded) & 1L << i) == 0 && targets.get(i).isUsable();
    }
}
