package io.sluice.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The providers the gateway knows by name. Immutable.
 *
 * <p>They are data, a line each in {@code providers.tsv}: a further provider that speaks the OpenAI
 * dialect needs no class, and one that is not in the list needs only {@code api_base}.
 */
public final class Providers {

    private static final Providers BUILT_IN = read("providers.tsv");

    private final Map<String, Provider> byName;

    private Providers(Map<String, Provider> byName) {
        this.byName = Collections.unmodifiableMap(byName);
    }

    /** The providers that come with the gateway. */
    public static Providers builtIn() {
        return BUILT_IN;
    }

    /** The provider of that name, or {@code null} if the gateway does not know it. */
    public @Nullable Provider find(String name) {
        return byName.get(name);
    }

    /** All providers, in the order of the list. */
    public Collection<Provider> all() {
        return byName.values();
    }

    private static Providers read(String resource) {
        Map<String, Provider> byName = new LinkedHashMap<>();
        try (InputStream in =
                        Objects.requireNonNull(Providers.class.getResourceAsStream(resource));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    Provider provider = parse(line);
                    byName.put(provider.name(), provider);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Providers(byName);
    }

    private static Provider parse(String line) {
        String[] column = line.split("\t+", -1);
        if (column.length != 6) {
            throw new IllegalStateException("six columns expected: " + line);
        }
        String base = column[1].strip();
        String[] header = column[3].strip().split(" ", 2);
        return new Provider(
                column[0].strip(),
                base.equals("-") ? null : base,
                Provider.PathStyle.valueOf(column[2].strip()),
                header[0],
                header.length == 2 ? header[1] + " " : "",
                column[4].strip().equals("key"),
                column[5].strip().equals("usage"));
    }
}
