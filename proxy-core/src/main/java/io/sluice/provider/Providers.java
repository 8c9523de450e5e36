package io.sluice.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.json.BodyRules;
import io.sluice.message.NamePattern;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The providers the gateway knows by name. Immutable.
 *
 * <p>They are data, a line for each dialect of each in {@code providers.tsv}: a further provider
 * that speaks one of the dialects needs no class, and one that is not in the list needs only {@code
 * api_base}.
 */
public final class Providers {

    private static final Providers BUILT_IN = read("providers.tsv");

    private final Map<String, List<Provider>> byName;

    /** What holds for some models only, by name, slash and pattern. */
    private final Map<String, List<Provider>> byPattern;

    private Providers(Map<String, List<Provider>> byName, Map<String, List<Provider>> byPattern) {
        this.byName = Collections.unmodifiableMap(byName);
        this.byPattern = Collections.unmodifiableMap(byPattern);
    }

    /** The providers that come with the gateway. */
    public static Providers builtIn() {
        return BUILT_IN;
    }

    /**
     * The provider of that name in the first of its dialects, or {@code null} if the gateway does
     * not know it.
     */
    public @Nullable Provider find(String name) {
        List<Provider> known = inAllDialects(name);
        return known.isEmpty() ? null : known.getFirst();
    }

    /** The provider of that name in each of its dialects; none if the gateway does not know it. */
    public List<Provider> inAllDialects(String name) {
        return byName.getOrDefault(name, List.of());
    }

    /** The same as far as it has {@code model}: some have some models in another dialect. */
    public List<Provider> inAllDialects(String name, String model) {
        for (Map.Entry<String, List<Provider>> some : byPattern.entrySet()) {
            int slash = some.getKey().indexOf('/');
            if (some.getKey().substring(0, slash).equals(name)
                    && NamePattern.of(some.getKey().substring(slash + 1)).matches(model)) {
                return some.getValue();
            }
        }
        return inAllDialects(name);
    }

    /** All providers in the first of their dialects, in the order of the list. */
    public Collection<Provider> all() {
        return byName.values().stream().map(List::getFirst).toList();
    }

    private static Providers read(String resource) {
        Map<String, List<Provider>> byName = new LinkedHashMap<>();
        Map<String, List<Provider>> byPattern = new LinkedHashMap<>();
        try (InputStream in =
                        Objects.requireNonNull(Providers.class.getResourceAsStream(resource));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    Provider provider = parse(line);
                    String key = line.substring(0, line.indexOf('\t')).strip();
                    (key.contains("/") ? byPattern : byName)
                            .computeIfAbsent(key, _ -> new ArrayList<>())
                            .add(provider);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Providers(byName, byPattern);
    }

    /** What a way to a model wants of every body. */
    private static BodyRules rules(Provider.PathStyle paths) {
        return switch (paths) {
            case BEDROCK_INVOKE ->
                    new BodyRules(
                            Map.of(),
                            Set.of("model", "stream"),
                            Map.of(),
                            Map.of("anthropic_version", "\"bedrock-2023-05-31\""));
            case VERTEX_ANTHROPIC ->
                    new BodyRules(
                            Map.of(),
                            Set.of("model"),
                            Map.of(),
                            Map.of("anthropic_version", "\"vertex-2023-10-16\""));
            case WATSONX ->
                    new BodyRules(
                            Map.of("model", "model_id"),
                            Set.of("stream", "stream_options"),
                            Map.of(),
                            Map.of());
            case OPENAI,
                    AZURE,
                    ANTHROPIC,
                    GEMINI,
                    BEDROCK_CONVERSE,
                    VERTEX_GEMINI,
                    VERTEX_OPENAI,
                    COHERE,
                    OLLAMA,
                    SAGEMAKER ->
                    BodyRules.NONE;
        };
    }

    private static Provider parse(String line) {
        String[] column = line.split("\t+", -1);
        if (column.length != 7) {
            throw new IllegalStateException("seven columns expected: " + line);
        }
        String base = column[1].strip();
        String[] header = column[3].strip().split(" ", 2);
        return new Provider(
                column[0].strip().split("/", 2)[0],
                base.equals("-") ? null : base,
                Provider.PathStyle.valueOf(column[2].strip()),
                header[0],
                header.length == 2 ? header[1] + " " : "",
                column[4].strip().equals("key"),
                column[5].strip().equals("usage"),
                column[6].strip().equals("responses"),
                rules(Provider.PathStyle.valueOf(column[2].strip())));
    }
}
