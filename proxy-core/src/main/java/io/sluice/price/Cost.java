package io.sluice.price;

import io.sluice.usage.ServiceTier;
import io.sluice.usage.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * What a call cost: exact integers, in 10^-12 of the currency's unit ("picos").
 *
 * <p>Safe for any thread; allocates nothing.
 */
public final class Cost {

    /*
     * A rate has 18 decimals, an amount 12. For each unit the product is split before it is made:
     * count * (rate / 10^6) are whole picos, count * (rate % 10^6) is what lies below them, and
     * neither leaves a long, since no count is more than 10^12 (10^9 for milliseconds). What lies
     * below is carried along in 10^-21 and rounded once, at the end.
     */

    /** The cost of what has no price, or of which nobody knows what was used. */
    public static final long UNKNOWN = -1;

    private static final long MAX_MILLIS = 1_000_000_000;
    private static final long MICRO = 1_000_000;
    private static final long NANO = 1_000_000_000;

    private Cost() {}

    /** What {@code usage} costs at {@code price} in the tier it was served in; see {@link #of}. */
    public static long of(Price price, Usage usage) {
        return of(price, usage, usage.serviceTier());
    }

    /**
     * What {@code usage} costs at {@code price}, in 10^-12 of the price's currency, rounded once,
     * half to even. At most {@link Long#MAX_VALUE}; {@link #UNKNOWN} where nothing is known of what
     * was used, or something was used that the price does not name.
     */
    public static long of(Price price, Usage usage, ServiceTier tier) {
        if (usage.origin() == Usage.Origin.NONE) {
            return price.isFree() ? 0 : UNKNOWN;
        }
        long inputLeft = Math.clamp(usage.inputTokens(), 0, Usage.MAX_TOKENS);
        long outputLeft = Math.clamp(usage.outputTokens(), 0, Usage.MAX_TOKENS);
        long[] rates = price.row(tier, inputLeft);
        long picos = 0;
        long below = 0;
        for (int i = 0; i < rates.length; i++) {
            PricedUnit unit = PricedUnit.ALL.get(i);
            long count = Math.max(0, unit.count(usage));
            switch (unit.side()) {
                case INPUT -> {
                    count = Math.min(count, inputLeft);
                    inputLeft -= count;
                }
                case OUTPUT -> {
                    count = Math.min(count, outputLeft);
                    outputLeft -= count;
                }
                case NEITHER ->
                        count =
                                Math.min(
                                        count,
                                        unit.isInThousandths() ? MAX_MILLIS : Usage.MAX_TOKENS);
            }
            if (count == 0) {
                continue;
            }
            long rate = rates[i];
            if (rate == Price.UNKNOWN) {
                if (unit == PricedUnit.REQUEST) {
                    continue;
                }
                return UNKNOWN;
            }
            long step = unit.isInThousandths() ? NANO : MICRO;
            long fine = count * (rate % step);
            picos = plus(picos, times(count, rate / step));
            picos = plus(picos, fine / step);
            below += fine % step * (NANO / step);
        }
        picos = plus(picos, below / NANO);
        return roundedUp(picos, below % NANO) ? plus(picos, 1) : picos;
    }

    /** {@code amount * factor / 10^9}, rounded half even, at most {@link Long#MAX_VALUE}. */
    static long product(long amount, long factor) {
        long high = Math.multiplyHigh(amount, factor);
        long low = amount * factor;
        if (high >= NANO / 2) {
            return Long.MAX_VALUE;
        }
        long upper = (high << 32) | (low >>> 32);
        long lower = ((upper % NANO) << 32) | (low & 0xffff_ffffL);
        long quotient = ((upper / NANO) << 32) + lower / NANO;
        return roundedUp(quotient, lower % NANO) ? plus(quotient, 1) : quotient;
    }

    /** {@code amount * 10^9 / divisor}, rounded up, at most {@link Long#MAX_VALUE}. */
    static long quotient(long amount, long divisor) {
        long whole = times(amount / divisor, NANO);
        long rest = amount % divisor;
        long high = Math.multiplyHigh(rest, NANO);
        if (high == 0 && rest * NANO >= 0) {
            return plus(whole, Math.ceilDiv(rest * NANO, divisor));
        }
        long below =
                new BigDecimal(rest)
                        .multiply(BigDecimal.valueOf(NANO))
                        .divide(new BigDecimal(divisor), 0, RoundingMode.CEILING)
                        .longValueExact();
        return plus(whole, below);
    }

    /**
     * What {@code count} cost at a rate of 10^-18, in 10^-12, rounded up, at most {@link
     * Long#MAX_VALUE}. Neither may be negative.
     */
    public static long atMost(long count, long rate) {
        long picos = times(count, rate / MICRO);
        long high = Math.multiplyHigh(count, rate % MICRO);
        long low = count * (rate % MICRO);
        return high != 0 || low < 0 ? Long.MAX_VALUE : plus(picos, Math.ceilDiv(low, MICRO));
    }

    private static boolean roundedUp(long quotient, long rest) {
        return rest > NANO / 2 || (rest == NANO / 2 && (quotient & 1) == 1);
    }

    private static long times(long a, long b) {
        return Math.multiplyHigh(a, b) == 0 && a * b >= 0 ? a * b : Long.MAX_VALUE;
    }

    private static long plus(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** The cost of a call: {@code price} is {@code null} where the model has none. */
    public static CallCost ofCall(@Nullable Price price, Usage usage, boolean unknownIsFree) {
        if (price == null) {
            return unknownIsFree ? CallCost.FREE : CallCost.UNPRICED;
        }
        long own = of(price, usage);
        if (own != UNKNOWN) {
            return new CallCost(
                    CallCost.State.PRICED,
                    price.currency().toDollars(own),
                    price.currency().code(),
                    own);
        }
        if (usage.origin() == Usage.Origin.NONE) {
            return CallCost.UNMEASURED;
        }
        return unknownIsFree ? CallCost.FREE : CallCost.UNPRICED;
    }
}
