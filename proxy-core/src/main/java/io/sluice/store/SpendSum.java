package io.sluice.store;

import java.math.BigInteger;

/**
 * What was used and spent under one name, in one currency.
 *
 * @param id of the dimension
 * @param day in days of the epoch; 0 where days are not told apart
 * @param model empty where models are not told apart
 * @param currency of {@code costPicos}
 * @param failures attempts that did not come to a good end
 * @param unpriced requests whose cost is not known
 * @param costPicos in 10^-12 of the currency
 * @param dollarPicos in 10^-12 dollars
 */
public record SpendSum(
        String id,
        long day,
        String model,
        String currency,
        long requests,
        long failures,
        long unpriced,
        long cacheHits,
        long inputTokens,
        long outputTokens,
        BigInteger costPicos,
        BigInteger dollarPicos) {}
