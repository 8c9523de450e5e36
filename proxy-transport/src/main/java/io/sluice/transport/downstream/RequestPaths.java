package io.sluice.transport.downstream;

import io.sluice.http.Method;
import io.sluice.http.QueryString;
import io.sluice.http.RequestHead;
import io.sluice.message.Endpoint;
import io.sluice.transport.exchange.RequestPath;
import org.jspecify.annotations.Nullable;

/**
 * What request paths mean.
 *
 * <p>Each endpoint of OpenAI's dialects is served under {@code /v1/}, at the root, under {@code
 * /openai/v1/}, under {@code /v1beta/openai/}, under {@code /engines/<model>/} and under {@code
 * /openai/deployments/<model>/}; Anthropic's under {@code /v1/}, at the root and under {@code
 * /anthropic/v1/}; Gemini's as {@code models/<model>:<endpoint>} under each version that Google
 * serves, at the root, under {@code /gemini/} and as Vertex AI names them.
 */
final class RequestPaths {

    private static final String[] VERSIONS = {
        "/v1/", "/openai/v1/", "/v1beta/openai/", "/gemini/v1beta/openai/"
    };
    private static final String[] CONTENT_PREFIXES = {
        "/v1beta/", "/v1/", "/v1alpha/", "/v1beta1/", "/"
    };
    private static final String GEMINI = "/gemini";
    private static final String ANTHROPIC = "/anthropic/v1/";
    private static final String PUBLISHED = "/publishers/google/models/";
    private static final String[] MODEL_PREFIXES = {"/openai/deployments/", "/engines/"};
    private static final String RESPONSES = "responses/";
    private static final String RERANK = "/v2/rerank";

    private RequestPaths() {}

    /**
     * What a request asks for by its path; {@link RequestPath#LOCAL} if not something of a model.
     */
    static RequestPath of(RequestHead head) {
        String path = head.path();
        String query = head.query();
        if (head.method() == Method.POST) {
            RequestPath other = ofOtherDialect(path, query);
            if (other != null) {
                return other;
            }
        }
        String rest = path;
        String model = null;
        for (String version : VERSIONS) {
            if (path.startsWith(version)) {
                rest = path.substring(version.length() - 1);
                break;
            }
        }
        for (String prefix : MODEL_PREFIXES) {
            int end = rest.startsWith(prefix) ? rest.indexOf('/', prefix.length()) : -1;
            if (end > prefix.length()) {
                model = decode(rest.substring(prefix.length(), end));
                rest = rest.substring(end);
                break;
            }
        }
        if (model == null && rest.startsWith("/openai/responses")) {
            rest = rest.substring("/openai".length());
        }
        if (path.equals(RERANK)) {
            rest = path.substring("/v2".length());
        }
        String name = rest.startsWith("/") ? rest.substring(1) : rest;
        Endpoint endpoint = endpoint(head.method(), name);
        if (endpoint == null) {
            return RequestPath.LOCAL;
        }
        String responseId =
                endpoint == Endpoint.STORED_RESPONSE ? name.substring(RESPONSES.length()) : null;
        return new RequestPath(
                endpoint, model, responseId, QueryString.parameter(query, "api-version"), query);
    }

    private static @Nullable RequestPath ofOtherDialect(String path, @Nullable String query) {
        Endpoint messages = messages(path);
        if (messages != null) {
            return new RequestPath(messages, null, null, null, query);
        }
        int colon = path.lastIndexOf(':');
        Endpoint content = colon < 0 ? null : Endpoint.ofGemini(path.substring(colon + 1));
        String model = content == null ? null : contentModel(path, colon);
        return model == null ? null : new RequestPath(content, model, null, null, query);
    }

    private static @Nullable Endpoint messages(String path) {
        String name =
                path.startsWith(ANTHROPIC)
                        ? path.substring(ANTHROPIC.length())
                        : path.startsWith("/v1/") ? path.substring(4) : path.substring(1);
        return switch (name) {
            case "messages" -> Endpoint.MESSAGES;
            case "messages/count_tokens" -> Endpoint.MESSAGE_TOKENS;
            default -> null;
        };
    }

    /** The model that a path of Gemini's dialect names, or {@code null} if it is none. */
    private static @Nullable String contentModel(String path, int colon) {
        int published = path.indexOf(PUBLISHED);
        if (published >= 0) {
            return nonEmpty(path.substring(published + PUBLISHED.length(), colon));
        }
        String rest =
                path.startsWith(GEMINI + "/")
                        ? path.substring(GEMINI.length(), colon)
                        : path.substring(0, colon);
        for (String prefix : CONTENT_PREFIXES) {
            if (rest.startsWith(prefix + "models/")) {
                return nonEmpty(rest.substring(prefix.length() + "models/".length()));
            }
            if (rest.startsWith(prefix + "tunedModels/")) {
                return nonEmpty(rest.substring(prefix.length()));
            }
        }
        return null;
    }

    private static @Nullable String nonEmpty(String encoded) {
        return encoded.isEmpty() ? null : decode(encoded);
    }

    private static @Nullable Endpoint endpoint(Method method, String name) {
        Endpoint posted =
                method != Method.POST
                        ? null
                        : switch (name) {
                            case "chat/completions" -> Endpoint.CHAT_COMPLETIONS;
                            case "completions" -> Endpoint.COMPLETIONS;
                            case "embeddings" -> Endpoint.EMBEDDINGS;
                            case "moderations" -> Endpoint.MODERATIONS;
                            case "rerank" -> Endpoint.RERANK;
                            case "responses" -> Endpoint.RESPONSES;
                            default -> null;
                        };
        if (posted != null) {
            return posted;
        }
        return isStoredResponse(method, name) ? Endpoint.STORED_RESPONSE : null;
    }

    private static boolean isStoredResponse(Method method, String name) {
        if (!name.startsWith(RESPONSES)) {
            return false;
        }
        int slash = name.indexOf('/', RESPONSES.length());
        int end = slash < 0 ? name.length() : slash;
        if (!isId(name, RESPONSES.length(), end)) {
            return false;
        }
        if (slash < 0) {
            return method == Method.GET || method == Method.DELETE;
        }
        return switch (name.substring(slash + 1)) {
            case "input_items" -> method == Method.GET;
            case "cancel" -> method == Method.POST;
            default -> false;
        };
    }

    /** An id goes into the provider's path as it is, so it is held to what ids are made of. */
    private static boolean isId(String text, int from, int to) {
        if (from >= to || to - from > 512) {
            return false;
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            boolean fits = Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.';
            if (!fits || c > 0x7f) {
                return false;
            }
        }
        return text.charAt(from) != '.';
    }

    /** Decodes percent-encoding (RFC 3986, 2.1); what is not encoded right stays as it is. */
    static String decode(String text) {
        return QueryString.decode(text);
    }
}
