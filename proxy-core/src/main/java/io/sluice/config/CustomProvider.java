package io.sluice.config;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A provider that speaks OpenAI's dialect, as an operator describes it. Immutable.
 *
 * @param baseUrl up to and including the version
 * @param keyHeader the header that carries the key, in lower case
 * @param keyPrefix stands before the key there
 * @param keyVariable names the environment variable with its key, or {@code null}
 * @param headers sent with every request
 * @param supported the parameters that it takes; empty for all
 * @param renames its names of parameters by the usual ones
 * @param bounds what numbers must lie between, by its names
 */
public record CustomProvider(
        String name,
        String baseUrl,
        String keyHeader,
        String keyPrefix,
        @Nullable String keyVariable,
        Map<String, String> headers,
        Set<String> supported,
        Map<String, String> renames,
        Map<String, Range> bounds) {

    /** A range; {@code null} where it is open. */
    public record Range(@Nullable BigDecimal least, @Nullable BigDecimal most) {}

    public CustomProvider {
        headers = Map.copyOf(headers);
        supported = Set.copyOf(supported);
        renames = Map.copyOf(renames);
        bounds = Map.copyOf(bounds);
    }

    /** Names it; headers may hold credentials and are left out. */
    @Override
    public String toString() {
        return "CustomProvider[" + name + ']';
    }
}
