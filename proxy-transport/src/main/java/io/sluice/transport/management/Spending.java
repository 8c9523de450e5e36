package io.sluice.transport.management;

import io.sluice.config.PriceSettings;
import io.sluice.price.Currency;
import io.sluice.store.Dimension;
import io.sluice.store.SpendRepository;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;

/** What accounts have spent, as far as the ledger's rows have come. Blocks; any thread. */
@FunctionalInterface
public interface Spending {

    /** Nothing at all. */
    Spending NONE = (_, _, _, _) -> BigInteger.ZERO;

    /** What the rows of the ledger say; {@code prices} say what other currencies are worth. */
    static Spending of(SpendRepository rows, PriceSettings prices) {
        return (dimension, id, currency, since) ->
                in(
                        Currency.of(currency, prices.rates().get(currency)),
                        rows.since(dimension, id, since));
    }

    /**
     * An amount of several currencies in one, in 10^-12 of it: its own as they are, the others
     * through dollars. Never more than half of {@link Long#MAX_VALUE}.
     *
     * @param spent by currency, with {@link SpendRepository#DOLLARS} for all of it
     */
    static BigInteger in(Currency currency, Map<String, BigInteger> spent) {
        BigInteger most = BigInteger.valueOf(Long.MAX_VALUE / 2);
        BigInteger own = spent.getOrDefault(currency.code(), BigInteger.ZERO).min(most);
        BigInteger dollars = spent.getOrDefault(SpendRepository.DOLLARS, BigInteger.ZERO).min(most);
        long others = dollars.longValue() - currency.toDollars(own.longValue());
        long converted = currency.fromDollars(Math.max(0, others));
        return own.add(BigInteger.valueOf(Math.max(0, converted))).min(most);
    }

    /** What an account has spent since then, in 10^-12 of the currency. */
    BigInteger picosSince(Dimension dimension, String id, String currency, Instant since);
}
