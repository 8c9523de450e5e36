package io.sluice.price;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.sluice.config.Finding;
import io.sluice.config.Severity;
import io.sluice.usage.ServiceTier;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A price file in LiteLLM's format: one JSON object, model name → fields, prices in dollars for one
 * unit.
 *
 * <p>Read as a stream; for start-up and reload, never on an event loop. Immutable once read.
 */
public final class PriceFile {

    /*
     * An entry with a fault in a price is left out whole, since half a price is a wrong price. The
     * model then falls through to the next layer, and the finding says so. A document that is not
     * JSON is refused as a whole.
     */

    private static final long MAX_BYTES = 64L << 20;
    private static final int MAX_ENTRIES = 100_000;
    private static final int MAX_FINDINGS = 100;
    private static final Set<String> NOT_MODELS = Set.of("sample_spec", "fallback_generalizations");

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxDocumentLength(MAX_BYTES)
                                    .maxNestingDepth(32)
                                    .maxNumberLength(100)
                                    .maxStringLength(64 << 10)
                                    .maxNameLength(512)
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();

    private final Map<String, PriceTerms> entries;
    private final List<Finding> findings;

    private PriceFile(Map<String, PriceTerms> entries, List<Finding> findings) {
        this.entries = Map.copyOf(entries);
        this.findings = List.copyOf(findings);
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read, is no JSON object, or is larger than 64 MiB; the
     *     message names the position
     */
    public static PriceFile read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        }
    }

    /**
     * Reads a document that is called {@code name} in messages.
     *
     * @throws IOException as {@link #read(Path)}
     */
    public static PriceFile read(InputStream in, String name) throws IOException {
        try (JsonParser json = JSON.createParser(in)) {
            Reading reading = new Reading(json, name);
            reading.document();
            return new PriceFile(reading.entries, reading.findings);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String position = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
            throw new IOException(name + position + ": " + e.getOriginalMessage(), e);
        }
    }

    /** The entry of exactly that name, or {@code null}. */
    public @Nullable PriceTerms find(String name) {
        return entries.get(name);
    }

    /** How many models have a price here. */
    public int size() {
        return entries.size();
    }

    /** The names of all models that have a price here. */
    public Set<String> names() {
        return entries.keySet();
    }

    /** What was wrong with single entries. */
    public List<Finding> findings() {
        return findings;
    }

    /** One document on its way. */
    private static final class Reading {

        private final JsonParser json;
        private final String file;
        private final Map<String, PriceTerms> entries = new HashMap<>();
        private final List<Finding> findings = new ArrayList<>();
        private final Set<String> ignored = new HashSet<>();

        private List<Term> terms = new ArrayList<>();
        private @Nullable String mode;
        private @Nullable Long inputLimit;
        private @Nullable Long outputLimit;
        private @Nullable Long oldLimit;
        private boolean isFaulty;

        Reading(JsonParser json, String file) {
            this.json = json;
            this.file = file;
        }

        void document() throws IOException {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException(file + ":1:1: a price file is a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (NOT_MODELS.contains(name)) {
                    json.skipChildren();
                } else if (value != JsonToken.START_OBJECT) {
                    find(Severity.WARNING, name + " is not an object; it is left out");
                    json.skipChildren();
                } else {
                    entry(name);
                }
            }
            if (json.nextToken() != null) {
                throw new IOException(file + ": something follows the JSON object");
            }
        }

        private void entry(String name) throws IOException {
            terms = new ArrayList<>();
            mode = null;
            inputLimit = null;
            outputLimit = null;
            oldLimit = null;
            isFaulty = false;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                field(name, field, json.nextToken());
            }
            if (isFaulty || terms.isEmpty()) {
                return;
            }
            if (entries.size() == MAX_ENTRIES) {
                throw new IOException(file + ": more than " + MAX_ENTRIES + " models");
            }
            entries.put(
                    name,
                    new PriceTerms(
                            mode,
                            inputLimit,
                            outputLimit == null ? oldLimit : outputLimit,
                            PriceFields.withoutRepeats(PriceTerms.distinct(terms))));
        }

        private void field(String model, String field, JsonToken value) throws IOException {
            switch (field) {
                case "mode" -> mode = value == JsonToken.VALUE_STRING ? json.getText() : null;
                case "max_input_tokens" -> inputLimit = limit(value);
                case "max_output_tokens" -> outputLimit = limit(value);
                case "max_tokens" -> oldLimit = limit(value);
                case "tiered_pricing" -> steps(model, value);
                case "search_context_cost_per_query" -> searches(model, value);
                case "file_search_cost_per_1k_calls" -> {
                    BigDecimal amount = amount(model, field, value);
                    if (amount != null) {
                        add("file_search_cost_per_call", amount.movePointLeft(3));
                    }
                }
                default -> {
                    if (PriceFields.isKnown(field)) {
                        add(field, amount(model, field, value));
                    } else {
                        ignore(field, value);
                    }
                }
            }
            json.skipChildren();
        }

        /**
         * Limits may be written as floats, or as text of another time.
         *
         * @throws IOException if the file is not JSON
         */
        private @Nullable Long limit(JsonToken value) throws IOException {
            if (!value.isNumeric()) {
                return null;
            }
            double limit = json.getDoubleValue();
            return limit >= 1 && limit <= 1e12 ? Long.valueOf((long) limit) : null;
        }

        /**
         * The medium price, which counts where a call asks for no size.
         *
         * @throws IOException if the file is not JSON
         */
        private void searches(String model, JsonToken value) throws IOException {
            if (value != JsonToken.START_OBJECT) {
                return;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String size = json.currentName();
                JsonToken amount = json.nextToken();
                if (size.equals("search_context_size_medium")) {
                    add(PricedUnit.SEARCH.field(), amount(model, size, amount));
                }
                json.skipChildren();
            }
        }

        /**
         * Prices by size of input: a list of {@code {range: [from, to), input_cost_…}}.
         *
         * @throws IOException if the file is not JSON
         */
        private void steps(String model, JsonToken value) throws IOException {
            if (value != JsonToken.START_ARRAY) {
                fault(model, "tiered_pricing is not a list");
                return;
            }
            while (json.nextToken() == JsonToken.START_OBJECT) {
                Map<String, BigDecimal> prices = new HashMap<>();
                int from = 0;
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String field = json.currentName();
                    JsonToken token = json.nextToken();
                    if (field.equals("range") && token == JsonToken.START_ARRAY) {
                        from = start();
                    } else if (PriceFields.isKnown(field)) {
                        BigDecimal amount = amount(model, field, token);
                        if (amount != null) {
                            prices.put(field, amount);
                        }
                    } else {
                        json.skipChildren();
                    }
                }
                int above = from;
                for (Term term : PriceFields.terms(prices, _ -> {})) {
                    terms.add(new Term(term.unit(), ServiceTier.STANDARD, above, term.price()));
                }
            }
        }

        /**
         * The first number of a range; reads to the range's end.
         *
         * @throws IOException if the file is not JSON
         */
        private int start() throws IOException {
            JsonToken token = json.nextToken();
            int from = token.isNumeric() ? (int) Math.max(0, json.getDoubleValue()) : 0;
            while (token != JsonToken.END_ARRAY) {
                json.skipChildren();
                token = json.nextToken();
            }
            return from;
        }

        private void add(String field, @Nullable BigDecimal amount) {
            Term term = amount == null ? null : PriceFields.term(field, amount);
            if (term != null) {
                terms.add(term);
            }
        }

        /**
         * A price that counts, or {@code null}; one that is given and wrong spoils its entry.
         *
         * @throws IOException if the file is not JSON
         */
        private @Nullable BigDecimal amount(String model, String field, JsonToken value)
                throws IOException {
            if (value == JsonToken.VALUE_NULL) {
                return null;
            }
            if (!value.isNumeric()) {
                fault(model, field + " is not a number");
                return null;
            }
            BigDecimal amount = decimal();
            if (amount == null || Term.scaled(amount) == null) {
                fault(model, field + " is not between 0 and 9");
                return null;
            }
            return amount;
        }

        /**
         * The number as it is written; {@code null} where its exponent is absurd.
         *
         * @throws IOException if the file is not JSON
         */
        private @Nullable BigDecimal decimal() throws IOException {
            double size = Math.abs(json.getDoubleValue());
            if (size < 1e-30) {
                return BigDecimal.ZERO;
            }
            return size < 1e30 ? json.getDecimalValue() : null;
        }

        private void fault(String model, String reason) {
            isFaulty = true;
            find(Severity.WARNING, model + ": " + reason + "; the model is left out");
        }

        private void ignore(String field, JsonToken value) {
            if (field.contains("cost")
                    && value.isNumeric()
                    && ignored.size() < MAX_FINDINGS
                    && ignored.add(field)) {
                find(Severity.NOTE, field + " is not charged for");
            }
        }

        private void find(Severity severity, String message) {
            if (findings.size() < MAX_FINDINGS) {
                JsonLocation at = json.currentTokenLocation();
                findings.add(
                        new Finding(
                                severity,
                                file,
                                at.getLineNr(),
                                at.getColumnNr(),
                                message,
                                null,
                                null,
                                0));
            }
        }
    }
}
