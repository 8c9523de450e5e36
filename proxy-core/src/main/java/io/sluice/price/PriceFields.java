package io.sluice.price;

import io.sluice.usage.ServiceTier;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The price fields of LiteLLM's vocabulary: {@code input_cost_per_token} and its kin.
 *
 * <p>A field is a unit, then maybe a size of input ({@code _above_200k_tokens}), then maybe a tier
 * ({@code _priority}, {@code _flex}, {@code _batches}).
 */
final class PriceFields {

    private static final Pattern FIELD =
            Pattern.compile(
                    "([a-z0-9_]+?)(?:_above_([0-9]{1,5})k_tokens)?(?:_(priority|flex|batches))?");
    private static final Map<String, PricedUnit> UNITS = new HashMap<>();

    static {
        for (PricedUnit unit : PricedUnit.ALL) {
            UNITS.put(unit.field(), unit);
        }
        UNITS.put("input_cost_per_token_cache_hit", PricedUnit.CACHE_READ);
        UNITS.put("output_cost_per_video_per_second", PricedUnit.OUTPUT_SECOND);
    }

    private PriceFields() {}

    /**
     * The term of a field; {@code null} where there is none of that name, or its price is negative
     * or absurd.
     */
    static @Nullable Term term(String field, BigDecimal amount) {
        Matcher parts = FIELD.matcher(field);
        PricedUnit unit = parts.matches() ? UNITS.get(parts.group(1)) : null;
        Long price = Term.scaled(amount);
        if (unit == null || price == null) {
            return null;
        }
        String size = parts.group(2);
        return new Term(
                unit,
                tier(parts.group(3)),
                size == null ? 0 : Integer.parseInt(size) * 1000,
                price);
    }

    /** Whether there is a unit behind the name. */
    static boolean isKnown(String field) {
        return term(field, BigDecimal.ZERO) != null;
    }

    /** The terms of several fields; what is no price is told to {@code unknown} by its name. */
    static List<Term> terms(Map<String, BigDecimal> fields, Consumer<String> unknown) {
        List<Term> terms = new ArrayList<>();
        fields.forEach((field, amount) -> {
            Term term = term(field, amount);
            if (term == null) {
                unknown.accept(field);
            } else {
                terms.add(term);
            }
        });
        return terms;
    }

    /**
     * The terms without those that repeat the price of the whole: a reasoning token at the price of
     * the output follows it into every tier.
     */
    static List<Term> withoutRepeats(List<Term> terms) {
        return terms.stream()
                .filter(term ->
                        term.unit() != PricedUnit.REASONING
                                || terms.stream().noneMatch(whole -> repeats(term, whole)))
                .toList();
    }

    private static boolean repeats(Term part, Term whole) {
        return whole.unit() == part.unit().fallback()
                && whole.tier() == part.tier()
                && whole.aboveTokens() == part.aboveTokens()
                && whole.price() == part.price();
    }

    private static ServiceTier tier(@Nullable String suffix) {
        return switch (suffix) {
            case "priority" -> ServiceTier.PRIORITY;
            case "flex" -> ServiceTier.FLEX;
            case "batches" -> ServiceTier.BATCH;
            case null, default -> ServiceTier.STANDARD;
        };
    }
}
