package io.sluice.transport.management;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Amounts between people, in units of a currency, and books, in 10^-12 of one. Exact. */
final class Money {

    private static final int DECIMALS = 12;

    private Money() {}

    /** The amount in 10^-12 of its currency; {@code name} is the field it stood in. */
    static @Nullable Long picos(@Nullable BigDecimal amount, String name) {
        if (amount == null) {
            return null;
        }
        try {
            return amount.movePointRight(DECIMALS).longValueExact();
        } catch (ArithmeticException _) {
            throw Body.wrong(name, "below 9 million, with at most 12 decimals");
        }
    }

    /** The amount in units of its currency, without idle zeros. */
    static @Nullable BigDecimal units(@Nullable Long picos) {
        return picos == null ? null : units(BigInteger.valueOf(picos));
    }

    static BigDecimal units(BigInteger picos) {
        BigDecimal units = new BigDecimal(picos, DECIMALS).stripTrailingZeros();
        return units.scale() < 0 ? units.setScale(0) : units;
    }
}
