package io.sluice.routing;

/**
 * The target with the lowest {@code order}, by weight among equals.
 *
 * <p>D-42's {@code priority}. Targets of a lower order go before others under every strategy; here
 * it is the only rule.
 */
final class Priority implements Strategy {

    @Override
    public int choose(Choice choice) {
        return WeightedShuffle.INSTANCE.choose(choice);
    }
}
