package io.sluice.price;

import org.jspecify.annotations.Nullable;

/** Knows what a target's models cost. Safe for any thread. */
@FunctionalInterface
public interface PriceSource {

    /** A target whose models have no price. */
    PriceSource NONE = _ -> null;

    /**
     * The price of a model, or {@code null} where it has none.
     *
     * @param model the provider's own name for it
     */
    @Nullable Price find(String model);
}
