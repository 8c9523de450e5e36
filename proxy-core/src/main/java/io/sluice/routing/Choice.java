package io.sluice.routing;

import java.util.random.RandomGenerator;

/**
 * What a {@link Strategy} chooses from: targets, of which some are open, and the call they are for.
 *
 * <p>Confined to the event loop of its call.
 */
public interface Choice {

    /** The target at an index. */
    Target target(int index);

    /** The bits of those that can be taken; never 0. */
    long open();

    RandomGenerator random();

    long nowNanos();

    /** About how much input the call has, in tokens. */
    long inputTokens();

    /** The most output it asks for, in tokens; 0 where it does not say. */
    long outputTokens();

    /** What calls that belong together have in common; 0 where there is nothing. */
    long affinity();

    /** What the target may have of the calls; an operator's word goes before the file's. */
    default double weight(int index) {
        Target target = target(index);
        double set = target.placement().health().weightSet(nowNanos());
        return set >= 0 ? set : target.weight();
    }
}
