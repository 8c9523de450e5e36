package io.sluice.price;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.provider.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the built-in table, {@code io/sluice/price/prices.tsv}, of a price file in LiteLLM's
 * format.
 *
 * <p>{@code main} takes the file, its day and the table to write. Which models are taken: those of
 * the providers the gateway knows, and of the vendors whose models are called through them. A day
 * of retirement in the source leaves nothing out: a call that is still answered costs what it cost.
 */
public final class BuiltInPricesWriter {

    private static final Set<String> VENDORS =
            Set.of(
                    "anthropic",
                    "bedrock",
                    "bedrock_converse",
                    "cohere",
                    "cohere_chat",
                    "azure_text",
                    "text-completion-codestral",
                    "fireworks_ai-embedding-models",
                    "bedrock_mantle",
                    "cloudflare",
                    "replicate");

    /** Its machines are paid by the hour, so a call's price of nothing would be no price. */
    private static final String BY_THE_HOUR = "sagemaker";

    private BuiltInPricesWriter() {}

    /** Writes the table. */
    public static void main(String[] arguments) throws IOException {
        String table = table(Path.of(arguments[0]), arguments[1]);
        Files.writeString(Path.of(arguments[2]), table);
    }

    /** The table of {@code source}, whose prices were right on {@code day}. */
    static String table(Path source, String day) throws IOException {
        Map<String, String> providers = providers(source);
        PriceFile file = PriceFile.read(source);
        String lines =
                file.names().stream()
                        .filter(name -> isTaken(providers.get(name)))
                        .sorted(
                                Comparator.comparing(
                                        name -> name.getBytes(UTF_8), Arrays::compareUnsigned))
                        .map(name -> line(name, file.find(name)))
                        .collect(Collectors.joining());
        return """
        # Prices as of %s
        # Public list prices of the providers, drawn from the data that LiteLLM collects (MIT licence,
        # Copyright (c) 2023 Berri AI); written by BuiltInPricesWriter, not by hand.
        # name, mode, most input tokens, most output tokens, prices in US dollars for a million units:
        # unit[>tokens of input][@service tier]=price
        """
                        .formatted(day)
                + lines;
    }

    private static boolean isTaken(@Nullable String provider) {
        return provider != null
                && !provider.equals(BY_THE_HOUR)
                && (Providers.builtIn().find(provider) != null
                        || VENDORS.contains(provider)
                        || provider.startsWith("vertex_ai"));
    }

    private static String line(String name, @Nullable PriceTerms terms) {
        if (terms == null) {
            throw new IllegalArgumentException("no entry " + name);
        }
        return String.join(
                        "\t",
                        name,
                        text(terms.mode()),
                        text(terms.contextWindow()),
                        text(terms.maxOutput()),
                        terms(terms.terms()))
                + '\n';
    }

    private static String terms(List<Term> terms) {
        return terms.stream()
                .sorted(
                        Comparator.comparing(Term::unit)
                                .thenComparingInt(Term::aboveTokens)
                                .thenComparing(Term::tier))
                .map(BuiltInPrices::write)
                .collect(Collectors.joining(" "));
    }

    private static String text(@Nullable Object value) {
        return value == null ? "-" : value.toString();
    }

    private static Map<String, String> providers(Path source) throws IOException {
        Map<String, String> providers = new HashMap<>();
        JsonNode models = new ObjectMapper().readTree(source.toFile());
        models.properties()
                .forEach(model ->
                        providers.put(
                                model.getKey(),
                                model.getValue().path("litellm_provider").asText()));
        return providers;
    }
}
