package io.sluice.price;

import io.sluice.usage.ServiceTier;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * One price of a model: what one unit costs under some condition. Immutable.
 *
 * @param aboveTokens the call's input has more tokens than this, all its parts together; 0 where
 *     its size does not matter
 * @param price for one unit, in 10^-18 of the currency's unit
 */
public record Term(PricedUnit unit, ServiceTier tier, int aboveTokens, long price) {

    private static final int SCALE = 18;

    /**
     * {@code amount} in 10^-18, rounded half even, or {@code null} where it is negative or more
     * than nine, which no unit costs.
     */
    public static @Nullable Long scaled(BigDecimal amount) {
        if (amount.signum() < 0 || amount.compareTo(BigDecimal.valueOf(9)) > 0) {
            return null;
        }
        return amount.setScale(SCALE, RoundingMode.HALF_EVEN).unscaledValue().longValueExact();
    }

    /** The price as a decimal, for one unit. */
    public BigDecimal amount() {
        return BigDecimal.valueOf(price, SCALE);
    }
}
