package io.sluice.config;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the operator says of prices. Immutable.
 *
 * @param file a price file in LiteLLM's format that counts before the built-in table
 * @param rates from a currency's code to what one unit of it is worth in dollars
 * @param custom {@code custom_pricing}: from a model's name to LiteLLM's price fields, in dollars
 * @param currency of {@code deployments}, three capital letters
 * @param deployments {@code pricing}: from a deployment's name to what it costs
 */
public record PriceSettings(
        @Nullable Path file,
        Unknown unknown,
        Map<String, BigDecimal> rates,
        Map<String, Map<String, BigDecimal>> custom,
        String currency,
        Map<String, PerThousand> deployments) {

    /** What becomes of a call to a model without a price. */
    public enum Unknown {
        /** It is refused. */
        REFUSE,
        /** It is served, and its cost is marked as unknown. */
        FLAG,
        /** It is served, and costs nothing. */
        ZERO
    }

    /**
     * The price of a thousand tokens.
     *
     * @param output for input alone, 0
     */
    public record PerThousand(BigDecimal input, BigDecimal output) {}

    public static final PriceSettings DEFAULT =
            new PriceSettings(
                    null,
                    Unknown.FLAG,
                    Map.of("EUR", new BigDecimal("1.10")),
                    Map.of(),
                    "EUR",
                    Map.of());

    public PriceSettings {
        rates = Map.copyOf(rates);
        custom = Map.copyOf(custom);
        deployments = Map.copyOf(deployments);
    }
}
