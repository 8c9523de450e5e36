package io.sluice.transport.downstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.http.Method;
import io.sluice.http.RequestHead;
import io.sluice.message.Endpoint;
import io.sluice.transport.exchange.RequestPath;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What request paths mean. Each endpoint is served under {@code /v1/}, at the root, under {@code
 * /openai/v1/}, under {@code /engines/<model>/} and under {@code /openai/deployments/<model>/}.
 */
final class RequestPaths {

    private static final String[] VERSIONS = {"/v1/", "/openai/v1/"};
    private static final String[] MODEL_PREFIXES = {"/openai/deployments/", "/engines/"};
    private static final String RESPONSES = "responses/";

    private RequestPaths() {}

    /**
     * What a request asks for by its path; {@link RequestPath#LOCAL} if not something of a model.
     */
    static RequestPath of(RequestHead head) {
        String path = head.path();
        String query = head.query();
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
        String name = rest.startsWith("/") ? rest.substring(1) : rest;
        Endpoint endpoint = endpoint(head.method(), name);
        if (endpoint == null) {
            return RequestPath.LOCAL;
        }
        String responseId =
                endpoint == Endpoint.STORED_RESPONSE ? name.substring(RESPONSES.length()) : null;
        return new RequestPath(endpoint, model, responseId, parameter(query, "api-version"), query);
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

    /** A parameter of a query, decoded, or {@code null}. */
    static @Nullable String parameter(@Nullable String query, String name) {
        if (query == null) {
            return null;
        }
        for (String pair : query.split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                return decode(pair.substring(name.length() + 1));
            }
        }
        return null;
    }

    /** Decodes percent-encoding (RFC 3986, 2.1); what is not encoded right stays as it is. */
    static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] decoded = new byte[text.length() * 3];
        int length = 0;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            boolean isEscape =
                    c == '%'
                            && i + 2 < text.length()
                            && HexFormat.isHexDigit(text.charAt(i + 1))
                            && HexFormat.isHexDigit(text.charAt(i + 2));
            if (isEscape) {
                decoded[length++] = (byte) HexFormat.fromHexDigits(text, i + 1, i + 3);
                i += 3;
            } else {
                byte[] bytes = Character.toString(c).getBytes(UTF_8);
                System.arraycopy(bytes, 0, decoded, length, bytes.length);
                length += bytes.length;
                i++;
            }
        }
        return new String(decoded, 0, length, UTF_8);
    }
}
