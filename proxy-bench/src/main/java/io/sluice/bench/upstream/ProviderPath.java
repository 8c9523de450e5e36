package io.sluice.bench.upstream;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.sluice.message.Endpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a path asks for: OpenAI's, with {@code /v1} or without it, or Azure's with the deployment in
 * it. Immutable.
 *
 * @param endpoint {@code null} where the path is a model list's or unknown
 * @param deployment the model, where the path names it
 * @param id of a stored response or a model, empty where there is none
 * @param action what stands behind the id of a stored response
 */
record ProviderPath(
        @Nullable Endpoint endpoint,
        @Nullable String deployment,
        boolean isModels,
        String id,
        String action) {

    private static final String DEPLOYMENTS = "openai/deployments/";
    private static final String MODELS = "models";
    private static final List<String> PREFIXES = List.of("openai/v1/", "openai/", "v1/");

    /** Reads an encoded path. */
    static ProviderPath of(String path) {
        String rest = path.substring(1);
        if (rest.startsWith(DEPLOYMENTS)) {
            int from = DEPLOYMENTS.length();
            int slash = rest.indexOf('/', from);
            if (slash > 0) {
                String name = QueryStringDecoder.decodeComponent(rest.substring(from, slash));
                return below(rest.substring(slash + 1), name);
            }
        }
        for (String prefix : PREFIXES) {
            if (rest.startsWith(prefix)) {
                return below(rest.substring(prefix.length()), null);
            }
        }
        return below(rest, null);
    }

    private static ProviderPath below(String path, @Nullable String deployment) {
        for (Endpoint endpoint : Endpoint.values()) {
            if (endpoint != Endpoint.STORED_RESPONSE && path.equals(endpoint.path())) {
                return new ProviderPath(endpoint, deployment, false, "", "");
            }
        }
        String stored = Endpoint.STORED_RESPONSE.path();
        if (path.startsWith(stored)) {
            String rest = path.substring(stored.length());
            int slash = rest.indexOf('/');
            String id = slash < 0 ? rest : rest.substring(0, slash);
            String action = slash < 0 ? "" : rest.substring(slash + 1);
            return new ProviderPath(Endpoint.STORED_RESPONSE, deployment, false, id, action);
        }
        boolean models = path.equals(MODELS) || path.startsWith(MODELS + "/");
        String id =
                models && path.length() > MODELS.length()
                        ? path.substring(MODELS.length() + 1)
                        : "";
        return new ProviderPath(
                null, deployment, models, QueryStringDecoder.decodeComponent(id), "");
    }
}
