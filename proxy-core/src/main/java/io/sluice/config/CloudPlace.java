package io.sluice.config;

import org.jspecify.annotations.Nullable;

/**
 * Where a cloud serves a model, and as whom it is asked.
 *
 * @param provider the name of the way to it
 * @param model without what only names the way
 * @param base the URL, {@code null} for what the entry or the provider says
 * @param identity {@code null} where a key is used
 * @param problem why it cannot be asked, or {@code null}
 */
record CloudPlace(
        String provider,
        String model,
        @Nullable String base,
        @Nullable CloudIdentity identity,
        @Nullable String problem) {}
