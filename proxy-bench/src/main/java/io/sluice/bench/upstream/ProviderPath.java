package io.sluice.bench.upstream;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.sluice.message.Dialect;
import io.sluice.message.Endpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a path asks for: OpenAI's or Anthropic's, with {@code /v1} or without it, or Azure's or
 * Gemini's with the model in it. Immutable.
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
    private static final List<String> PREFIXES =
            List.of("openai/v1/", "openai/", "v1beta/openai/", "v1beta/", "v1/");

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
        ProviderPath content = content(rest);
        if (content != null) {
            return content;
        }
        for (String prefix : PREFIXES) {
            if (rest.startsWith(prefix)) {
                return below(rest.substring(prefix.length()), null);
            }
        }
        return below(rest, null);
    }

    private static @Nullable ProviderPath content(String rest) {
        int colon = rest.lastIndexOf(':');
        int models = rest.indexOf("models/");
        Endpoint endpoint = colon < 0 ? null : Endpoint.ofGemini(rest.substring(colon + 1));
        if (endpoint == null || models < 0) {
            return null;
        }
        String name = rest.substring(models + "models/".length(), colon);
        return new ProviderPath(endpoint, QueryStringDecoder.decodeComponent(name), false, "", "");
    }

    private static ProviderPath below(String path, @Nullable String deployment) {
        for (Endpoint endpoint : Endpoint.values()) {
            boolean isBelow =
                    endpoint != Endpoint.STORED_RESPONSE && endpoint.dialect() != Dialect.GEMINI;
            if (isBelow && path.equals(endpoint.path())) {
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
