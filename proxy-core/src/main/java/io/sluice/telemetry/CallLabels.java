package io.sluice.telemetry;

import io.sluice.message.Endpoint;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What finished calls are counted by. Immutable.
 *
 * @param endpoint {@code null} stands for none
 * @param model {@code null} stands for none
 * @param provider {@code null} stands for none
 */
record CallLabels(@Nullable Endpoint endpoint, @Nullable String model, @Nullable String provider) {

    private static final String NONE = "none";

    boolean matches(
            @Nullable Endpoint otherEndpoint,
            @Nullable String otherModel,
            @Nullable String otherProvider) {
        return endpoint == otherEndpoint
                && (model == null ? otherModel == null : model.equals(otherModel))
                && (provider == null ? otherProvider == null : provider.equals(otherProvider));
    }

    static int hash(
            @Nullable Endpoint endpoint, @Nullable String model, @Nullable String provider) {
        int hash = endpoint == null ? 0 : endpoint.path().hashCode();
        hash = 31 * hash + (model == null ? 0 : model.hashCode());
        hash = 31 * hash + (provider == null ? 0 : provider.hashCode());
        return hash ^ (hash >>> 16);
    }

    String endpointLabel() {
        return endpoint == null ? NONE : endpoint.name().toLowerCase(Locale.ROOT);
    }

    String modelLabel() {
        return model == null ? NONE : model;
    }

    String providerLabel() {
        return provider == null ? NONE : provider;
    }
}
