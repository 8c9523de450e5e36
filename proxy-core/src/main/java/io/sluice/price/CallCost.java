package io.sluice.price;

/**
 * What one call cost, or why that is not known. Immutable.
 *
 * @param dollarPicos in 10^-12 dollars, or {@link Cost#UNKNOWN}
 * @param currency of the price
 * @param picos in 10^-12 of that currency, or {@link Cost#UNKNOWN}
 */
public record CallCost(State state, long dollarPicos, String currency, long picos) {

    /** How much is known. */
    public enum State {
        /** The amount is what the price says. */
        PRICED,
        /** Something was used that has no price. */
        UNPRICED,
        /** Nobody said what was used. */
        UNMEASURED,
        /** No provider was asked. */
        NOT_SENT
    }

    public static final CallCost NOT_SENT = unknown(State.NOT_SENT);
    public static final CallCost UNPRICED = unknown(State.UNPRICED);
    public static final CallCost UNMEASURED = unknown(State.UNMEASURED);

    /** What a call without a price costs where the operator has said that it costs nothing. */
    public static final CallCost FREE = new CallCost(State.PRICED, 0, Currency.USD.code(), 0);

    private static CallCost unknown(State state) {
        return new CallCost(state, Cost.UNKNOWN, Currency.USD.code(), Cost.UNKNOWN);
    }

    /** Whether {@link #dollarPicos} is an amount. */
    public boolean isInDollars() {
        return dollarPicos != Cost.UNKNOWN;
    }
}
