package io.sluice.price;

import io.sluice.usage.ServiceTier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a model costs, ready for {@link Cost}. Immutable.
 *
 * <p>Rates are integers, in 10^-18 of the currency's unit for one token, second, image and so on.
 */
public final class Price {

    /*
     * Terms are resolved once, when a price is made: for each service tier and each size of input
     * there is a full row of rates, so that a call costs one look into an array for each unit.
     *
     * A unit's own rate is looked for from the largest size that applies down to none, there under
     * the tier first, else without it. What has none takes half of the standard rate in a batch,
     * else the rate of what it is a part of: a token that was cached is no gift where nobody said
     * what it costs.
     */

    /** The rate of what has no price. */
    static final long UNKNOWN = -1;

    private static final List<ServiceTier> TIERS = List.of(ServiceTier.values());

    private final String name;
    private final String origin;
    private final Currency currency;
    private final PriceTerms terms;
    private final int[] sizes;
    private final long[][][] rates;
    private final boolean free;

    /**
     * A price of these terms.
     *
     * @param name the entry it comes from
     * @param origin where that entry stands, for people
     */
    public Price(String name, String origin, Currency currency, PriceTerms terms) {
        this.name = name;
        this.origin = origin;
        this.currency = currency;
        this.terms = terms;
        this.sizes =
                IntStream.concat(
                                IntStream.of(0), terms.terms().stream().mapToInt(Term::aboveTokens))
                        .sorted()
                        .distinct()
                        .toArray();
        this.free =
                !terms.terms().isEmpty()
                        && terms.terms().stream().allMatch(term -> term.price() == 0);
        this.rates = new long[TIERS.size()][sizes.length][];
        long[][][] own = ownRates();
        for (int tier = 0; tier < TIERS.size(); tier++) {
            for (int size = 0; size < sizes.length; size++) {
                rates[tier][size] = resolved(own, tier, size);
            }
        }
    }

    /** The name of the entry that it comes from. */
    public String name() {
        return name;
    }

    /** Where that entry stands, for people. */
    public String origin() {
        return origin;
    }

    public Currency currency() {
        return currency;
    }

    /** What it was made of. */
    public PriceTerms terms() {
        return terms;
    }

    /** The most tokens of input, or {@code null} where it is not known. */
    public @Nullable Long contextWindow() {
        return terms.contextWindow();
    }

    /** The most tokens of output, or {@code null} where it is not known. */
    public @Nullable Long maxOutput() {
        return terms.maxOutput();
    }

    /**
     * What one {@code unit} costs in a call of {@code inputTokens}, in 10^-18 of the currency's
     * unit, or -1 where that is not known.
     */
    public long rate(PricedUnit unit, ServiceTier tier, long inputTokens) {
        return row(tier, inputTokens)[index(unit)];
    }

    /** The most that one {@code unit} costs in any call, or -1 where that is not known. */
    public long highestRate(PricedUnit unit) {
        long highest = UNKNOWN;
        for (long[][] tier : rates) {
            for (long[] row : tier) {
                highest = Math.max(highest, row[index(unit)]);
            }
        }
        return highest;
    }

    /** Whether everything that has a price here costs nothing. */
    public boolean isFree() {
        return free;
    }

    /** The rates of one tier and size of input, by the order of units. Not to be written to. */
    long[] row(ServiceTier tier, long inputTokens) {
        int size = sizes.length - 1;
        while (size > 0 && inputTokens <= sizes[size]) {
            size--;
        }
        return rates[index(tier)][size];
    }

    private long[][][] ownRates() {
        long[][][] own = new long[TIERS.size()][sizes.length][PricedUnit.ALL.size()];
        for (long[][] tier : own) {
            for (long[] row : tier) {
                Arrays.fill(row, UNKNOWN);
            }
        }
        for (Term term : terms.terms()) {
            int size = Arrays.binarySearch(sizes, term.aboveTokens());
            own[index(term.tier())][size][index(term.unit())] = term.price();
        }
        return own;
    }

    private static long[] resolved(long[][][] own, int tier, int size) {
        long[] row = new long[PricedUnit.ALL.size()];
        for (PricedUnit unit : PricedUnit.ALL) {
            row[index(unit)] = resolved(own, tier, size, unit);
        }
        return row;
    }

    private static long resolved(long[][][] own, int tier, int size, PricedUnit unit) {
        for (int at = size; at >= 0; at--) {
            long exact = own[tier][at][index(unit)];
            if (exact != UNKNOWN) {
                return exact;
            }
            long standard = own[index(ServiceTier.STANDARD)][at][index(unit)];
            if (standard != UNKNOWN) {
                boolean isHalved =
                        tier == index(ServiceTier.BATCH)
                                && unit.side() != PricedUnit.Side.NEITHER
                                && !hasOwn(own, tier, unit);
                return isHalved ? standard / 2 : standard;
            }
        }
        PricedUnit whole = unit.fallback();
        return whole == null ? UNKNOWN : resolved(own, tier, size, whole);
    }

    private static boolean hasOwn(long[][][] own, int tier, PricedUnit unit) {
        for (long[] row : own[tier]) {
            if (row[index(unit)] != UNKNOWN) {
                return true;
            }
        }
        return false;
    }

    // The rows live as long as the enums they are made from, and are never stored.
    @SuppressWarnings("EnumOrdinal")
    static int index(PricedUnit unit) {
        return unit.ordinal();
    }

    @SuppressWarnings("EnumOrdinal")
    private static int index(ServiceTier tier) {
        return tier.ordinal();
    }

    @Override
    public String toString() {
        return name + " (" + origin + ')';
    }
}
