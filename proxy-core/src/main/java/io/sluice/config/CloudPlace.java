package io.sluice.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a cloud serves a model, and as whom it is asked.
 *
 * @param provider the name of the way to it
 * @param model without what only names the way
 * @param base the URL, {@code null} for what the entry or the provider says
 * @param identity {@code null} where a key is used
 * @param bodyFields JSON values by name that every body there has
 * @param problem why it cannot be asked, or {@code null}
 */
record CloudPlace(
        String provider,
        String model,
        @Nullable String base,
        @Nullable CloudIdentity identity,
        Map<String, String> bodyFields,
        @Nullable String problem) {

    CloudPlace {
        bodyFields = Map.copyOf(bodyFields);
    }

    /** A place that wants nothing in the body. */
    static CloudPlace of(
            String provider,
            String model,
            @Nullable String base,
            @Nullable CloudIdentity identity,
            @Nullable String problem) {
        return new CloudPlace(provider, model, base, identity, Map.of(), problem);
    }
}
