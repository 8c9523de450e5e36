package io.sluice.config;

import io.sluice.config.PriceSettings.PerThousand;
import io.sluice.config.PriceSettings.Unknown;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code prices}, {@code pricing} and {@code custom_pricing}.
 *
 * <p>Confined to one load.
 */
final class PriceReader {

    private static final Set<String> SIDES = Set.of("input", "output");
    private static final BigDecimal DEAREST_THOUSAND = BigDecimal.valueOf(9_000);

    private final Values values;
    private final Problems problems;

    PriceReader(Values values, Problems problems) {
        this.values = values;
        this.problems = problems;
    }

    PriceSettings read(List<ModelEntry> models) {
        String currency = values.requiredText("pricing.currency").toUpperCase(Locale.ROOT);
        Map<String, BigDecimal> rates = rates();
        Map<String, PerThousand> deployments = deployments(models);
        if (!currency.matches("[A-Z]{3}")) {
            add(Severity.ERROR, "pricing.currency", "pricing.currency takes three letters, as EUR");
        } else if (!deployments.isEmpty()
                && !currency.equals("USD")
                && !rates.containsKey(currency)) {
            add(
                    Severity.WARNING,
                    "pricing",
                    "prices.rates has no rate for "
                            + currency
                            + ": what these deployments cost is not known in dollars");
        }
        return new PriceSettings(
                file(),
                Unknown.valueOf(values.requiredText("prices.unknown").toUpperCase(Locale.ROOT)),
                rates,
                custom(),
                currency,
                deployments);
    }

    private @Nullable Path file() {
        String name = values.text("prices.file");
        if (name == null || name.isBlank()) {
            return null;
        }
        try {
            Path path = values.placeOf("prices.file").resolve(name).normalize();
            if (!Files.isReadable(path)) {
                add(Severity.ERROR, "prices.file", "prices.file names a file that cannot be read");
            }
            return path;
        } catch (InvalidPathException _) {
            add(Severity.ERROR, "prices.file", "prices.file is not a path");
            return null;
        }
    }

    private Map<String, BigDecimal> rates() {
        KeySpec decimal = KeySpec.used("prices.rates", KeyType.DECIMAL, "null", "");
        Map<String, BigDecimal> rates = new LinkedHashMap<>();
        values.map("prices.rates")
                .forEach((currency, text) -> {
                    boolean isRate =
                            ValueParser.parse(decimal, text) instanceof BigDecimal rate
                                    && rate.signum() > 0
                                    && rate.compareTo(BigDecimal.valueOf(1_000_000)) <= 0;
                    if (currency.matches("[A-Z]{3}") && isRate) {
                        rates.put(currency, new BigDecimal(text));
                    } else {
                        add(
                                Severity.ERROR,
                                "prices.rates",
                                "prices.rates takes dollars for one unit, as {EUR: 1.10}");
                    }
                });
        return rates;
    }

    private Map<String, PerThousand> deployments(List<ModelEntry> models) {
        Set<String> names = new HashSet<>();
        for (ModelEntry model : models) {
            names.add(model.name());
            names.add(model.model());
        }
        Map<String, PerThousand> deployments = new LinkedHashMap<>();
        amounts("pricing")
                .forEach((name, amounts) -> {
                    String path = "pricing." + name;
                    BigDecimal input = amounts.get("input");
                    BigDecimal output = amounts.getOrDefault("output", BigDecimal.ZERO);
                    if (input == null || !SIDES.containsAll(amounts.keySet())) {
                        add(Severity.ERROR, path, path + " takes input and output");
                    } else if (input.max(output).compareTo(DEAREST_THOUSAND) > 0) {
                        add(Severity.ERROR, path, path + " is more than 9,000 for 1,000 tokens");
                    } else {
                        deployments.put(name, new PerThousand(input, output));
                    }
                    if (!names.contains(name)) {
                        String near = NearNames.nearest(name, names);
                        problems.add(
                                Severity.WARNING,
                                values.placeOf(path),
                                path + " is the price of a model that is not listed",
                                near == null ? null : "did you mean " + near + '?');
                    }
                });
        return deployments;
    }

    private Map<String, Map<String, BigDecimal>> custom() {
        Map<String, Map<String, BigDecimal>> custom = new LinkedHashMap<>();
        amounts("custom_pricing")
                .forEach((model, fields) -> {
                    Map<String, BigDecimal> known = new LinkedHashMap<>(fields);
                    known.keySet().retainAll(LiteLlmKeys.PRICE_FIELDS);
                    known.values().removeIf(price -> price.compareTo(BigDecimal.valueOf(9)) > 0);
                    if (known.size() < fields.size()) {
                        add(
                                Severity.WARNING,
                                "custom_pricing." + model,
                                "custom_pricing." + model + " holds what is no price of one unit");
                    }
                    custom.put(model, Map.copyOf(known));
                });
        return custom;
    }

    /** What a key with prices by model says, as {@link TreeReader} has made it. */
    private Map<String, Map<String, BigDecimal>> amounts(String path) {
        Map<String, Map<String, BigDecimal>> amounts = new LinkedHashMap<>();
        Values.Value said = values.find(path);
        if (said != null && said.value() instanceof Map<?, ?> models) {
            models.forEach((model, fields) -> {
                Map<String, BigDecimal> one = new LinkedHashMap<>();
                if (fields instanceof Map<?, ?> prices) {
                    prices.forEach(
                            (field, price) -> one.put(String.valueOf(field), (BigDecimal) price));
                }
                amounts.put(String.valueOf(model), one);
            });
        }
        return amounts;
    }

    private void add(Severity severity, String path, String message) {
        problems.add(severity, values.placeOf(path), message, null);
    }
}
