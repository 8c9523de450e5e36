package io.sluice.price;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * A currency and its worth in dollars. Immutable.
 *
 * @param code three capital letters
 * @param nanoDollars what one unit is worth, in 10^-9 dollars; 0 where nobody has said
 */
public record Currency(String code, long nanoDollars) {

    public static final Currency USD = new Currency("USD", 1_000_000_000);

    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000);

    /** The currency at {@code rate} dollars for one unit; {@code null} where none is known. */
    public static Currency of(String code, @Nullable BigDecimal rate) {
        if (code.equals(USD.code)) {
            return USD;
        }
        return new Currency(code, rate == null ? 0 : nanoDollars(rate));
    }

    private static long nanoDollars(BigDecimal rate) {
        boolean isUsable = rate.signum() > 0 && rate.compareTo(MOST) <= 0;
        return isUsable
                ? rate.movePointRight(9).setScale(0, RoundingMode.HALF_EVEN).longValue()
                : 0;
    }

    /**
     * An amount of this currency in dollars, both in 10^-12, rounded half even, or {@link
     * Cost#UNKNOWN} without a rate. Never more than {@link Long#MAX_VALUE}.
     */
    public long toDollars(long picos) {
        if (nanoDollars == USD.nanoDollars || picos <= 0) {
            return picos;
        }
        return nanoDollars == 0 ? Cost.UNKNOWN : Cost.product(picos, nanoDollars);
    }

    /**
     * An amount of dollars in this currency, both in 10^-12, rounded up, or {@link Cost#UNKNOWN}
     * without a rate. Never more than {@link Long#MAX_VALUE}.
     */
    public long fromDollars(long dollarPicos) {
        if (nanoDollars == USD.nanoDollars || dollarPicos <= 0) {
            return dollarPicos;
        }
        return nanoDollars == 0 ? Cost.UNKNOWN : Cost.quotient(dollarPicos, nanoDollars);
    }
}
