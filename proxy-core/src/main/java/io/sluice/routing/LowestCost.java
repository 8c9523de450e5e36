package io.sluice.routing;

import io.sluice.price.Price;
import io.sluice.price.PricedUnit;
import io.sluice.usage.ServiceTier;

/**
 * The target that is cheapest for the call's own input and output; one without a price is the
 * dearest.
 *
 * <p>LiteLLM's {@code cost-based-routing}. Output that the call does not bound is taken to be as
 * long as its input, within {@link #LIKELY_OUTPUT}. Prices in different currencies are compared by
 * their numbers.
 */
final class LowestCost extends Lowest {

    private static final long LIKELY_OUTPUT = 1000;

    /**
     * Rates are 10^-18 of a unit; divided by this, a long holds them times any number of tokens.
     */
    private static final long SCALE = 1_000_000;

    @Override
    long measure(Choice choice, int index) {
        Price price = choice.target(index).placement().price();
        if (price == null) {
            return Long.MAX_VALUE;
        }
        long input = Math.max(1, choice.inputTokens());
        long output = choice.outputTokens();
        long likely = output > 0 ? output : Math.min(input, LIKELY_OUTPUT);
        long inputRate = price.rate(PricedUnit.INPUT, ServiceTier.STANDARD, input);
        long outputRate = price.rate(PricedUnit.OUTPUT, ServiceTier.STANDARD, input);
        return inputRate < 0
                ? Long.MAX_VALUE
                : inputRate / SCALE * input + Math.max(0, outputRate) / SCALE * likely;
    }
}
