package io.sluice.price;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.config.Finding;
import io.sluice.config.ModelEntry;
import io.sluice.config.PriceSettings;
import io.sluice.config.PriceSettings.PerThousand;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What every model costs, from all the places that say so. Immutable; safe for any thread.
 *
 * <p>The first layer that has a price for the model wins: what the operator says of the deployment
 * ({@code pricing}, then price fields beside its {@code model}, then {@code custom_pricing}), the
 * file {@code prices.file}, the built-in table.
 */
public final class PriceTable {

    /*
     * A list is asked for "provider/model" as it stands, then for what follows the first slash, and
     * so on: "openrouter/openai/gpt-4o" may stand there as that, as "openai/gpt-4o" or as "gpt-4o".
     * Names are tried in that order in one list before the next list is asked.
     *
     * Price fields of the operator's lie over the list's: who gives a price of input and output
     * need not repeat the context window. A price in another currency stands alone.
     */

    private static final int MAX_CACHED = 1_000;
    private static final int MAX_SLASHES = 4;
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

    private final PriceSettings settings;
    private final @Nullable PriceFile file;
    private final BuiltInPrices builtIn;

    private PriceTable(PriceSettings settings, @Nullable PriceFile file, BuiltInPrices builtIn) {
        this.settings = settings;
        this.file = file;
        this.builtIn = builtIn;
    }

    /**
     * The table of these settings. Reads {@code prices.file}; not for an event loop.
     *
     * @throws IOException if that file cannot be read or is no price file
     */
    public static PriceTable load(PriceSettings settings) throws IOException {
        PriceFile file = settings.file() == null ? null : PriceFile.read(settings.file());
        return new PriceTable(settings, file, BuiltInPrices.instance());
    }

    /** The built-in table alone. */
    public static PriceTable builtIn() {
        return new PriceTable(PriceSettings.DEFAULT, null, BuiltInPrices.instance());
    }

    /** How many models have a price in {@code prices.file}; 0 where there is none. */
    public int fileSize() {
        return file == null ? 0 : file.size();
    }

    /** What was wrong with single entries of {@code prices.file}. */
    public List<Finding> findings() {
        return file == null ? List.of() : file.findings();
    }

    /** The day of the built-in table, as year, month and day. */
    public String builtInDate() {
        return builtIn.date();
    }

    /** What becomes of calls without a price. */
    public PriceSettings.Unknown unknown() {
        return settings.unknown();
    }

    /**
     * The price of a model by its name alone, as the lists have it, or {@code null}.
     *
     * @param name with or without its provider and a slash
     */
    public @Nullable Price find(String name) {
        Listed listed = listed(names(name));
        Map<String, BigDecimal> custom = custom(names(name));
        return custom == null
                ? listed == null ? null : listed.price()
                : overridden(listed, custom, name, "custom_pricing");
    }

    /** The prices of every place that has one for {@code name}, the one that counts first. */
    public List<Price> all(String name) {
        List<Price> all = new ArrayList<>();
        Map<String, BigDecimal> custom = custom(names(name));
        if (custom != null) {
            all.add(overridden(listed(names(name)), custom, name, "custom_pricing"));
        }
        Listed inFile = fromFile(names(name));
        if (inFile != null) {
            all.add(inFile.price());
        }
        Listed known = fromBuiltIn(names(name));
        if (known != null) {
            all.add(known.price());
        }
        return all;
    }

    /** The prices of one target, looked up now where its model has one name only. */
    public PriceSource of(ModelEntry entry) {
        if (!entry.model().contains("*")) {
            Price price = price(entry, entry.model());
            return _ -> price;
        }
        Cache<String, Optional<Price>> cache =
                Caffeine.newBuilder().maximumSize(MAX_CACHED).executor(Runnable::run).build();
        return model ->
                cache.get(model, name -> Optional.ofNullable(price(entry, name))).orElse(null);
    }

    private @Nullable Price price(ModelEntry entry, String model) {
        PerThousand agreed = settings.deployments().get(model);
        if (agreed == null) {
            agreed = settings.deployments().get(entry.name());
        }
        if (agreed != null) {
            return perThousand(model, agreed);
        }
        List<String> names = names(entry.provider() + '/' + model);
        if (entry.baseModel() != null) {
            Set<String> based = new LinkedHashSet<>(names(entry.baseModel()));
            based.addAll(names(entry.provider() + '/' + entry.baseModel()));
            names = List.copyOf(based);
        }
        Listed listed = listed(names);
        if (!entry.prices().isEmpty()) {
            return overridden(listed, entry.prices(), model, entry.origin());
        }
        List<String> called = new ArrayList<>(names);
        called.add(entry.name());
        Map<String, BigDecimal> custom = custom(called);
        if (custom != null) {
            return overridden(listed, custom, model, "custom_pricing");
        }
        return listed == null ? null : listed.price();
    }

    private Price perThousand(String model, PerThousand agreed) {
        List<Term> terms =
                PriceFields.terms(
                        Map.of(
                                PricedUnit.INPUT.field(),
                                agreed.input().divide(THOUSAND),
                                PricedUnit.OUTPUT.field(),
                                agreed.output().divide(THOUSAND)),
                        _ -> {});
        String code = settings.currency();
        return new Price(
                model,
                "pricing",
                Currency.of(code, settings.rates().get(code)),
                new PriceTerms(null, null, null, terms));
    }

    private static Price overridden(
            @Nullable Listed listed, Map<String, BigDecimal> fields, String name, String origin) {
        List<Term> terms = PriceFields.terms(fields, _ -> {});
        PriceTerms base =
                listed == null ? new PriceTerms(null, null, null, List.of()) : listed.terms();
        return new Price(
                listed == null ? name : listed.name(),
                listed == null ? origin : origin + " over " + listed.origin(),
                Currency.USD,
                base.under(terms));
    }

    private @Nullable Map<String, BigDecimal> custom(List<String> names) {
        for (String name : names) {
            Map<String, BigDecimal> custom = settings.custom().get(name);
            if (custom != null && !custom.isEmpty()) {
                return custom;
            }
        }
        return null;
    }

    private @Nullable Listed listed(List<String> names) {
        Listed inFile = fromFile(names);
        return inFile == null ? fromBuiltIn(names) : inFile;
    }

    private @Nullable Listed fromFile(List<String> names) {
        PriceFile list = file;
        if (list != null) {
            for (String name : names) {
                PriceTerms terms = list.find(name);
                if (terms != null) {
                    return new Listed(name, "prices.file " + settings.file(), terms);
                }
            }
        }
        return null;
    }

    private @Nullable Listed fromBuiltIn(List<String> names) {
        for (String name : names) {
            PriceTerms terms = builtIn.find(name);
            if (terms != null) {
                return new Listed(name, "built-in table of " + builtIn.date(), terms);
            }
        }
        return null;
    }

    /** The name itself, then what follows each of its slashes. */
    private static List<String> names(String name) {
        List<String> names = new ArrayList<>();
        String rest = name;
        for (int i = 0; i < MAX_SLASHES; i++) {
            names.add(rest);
            int slash = rest.indexOf('/');
            if (slash < 0 || slash == rest.length() - 1) {
                break;
            }
            rest = rest.substring(slash + 1);
        }
        return names;
    }

    /** An entry of a list. */
    private record Listed(String name, String origin, PriceTerms terms) {

        Price price() {
            return new Price(name, origin, Currency.USD, terms);
        }
    }
}
