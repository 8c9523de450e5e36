package io.sluice.transport.downstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.auth.ModelAccess;
import io.sluice.auth.Principal;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.http.QueryString;
import io.sluice.json.JsonStrings;
import io.sluice.price.Price;
import io.sluice.routing.Route;
import io.sluice.routing.RouteMatch;
import io.sluice.routing.RouteTable;
import io.sluice.routing.Target;
import io.sluice.transport.exchange.GatewayRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The models that a caller may use, in the shape its dialect gives such a list. */
final class ModelLists {

    private static final String NO_DATE = "1970-01-01T00:00:00Z";
    private static final int USUAL_PAGE = 1000;

    private final GatewayRequest request;
    private final RouteTable routes;
    private final ModelAccess access;

    ModelLists(GatewayRequest request) {
        this.request = request;
        this.routes = request.snapshot().routes();
        Principal principal = request.principal();
        assert principal != null;
        this.access = principal.models();
    }

    /** All of them; of Anthropic's and Gemini's callers the page they ask for. */
    String all() {
        return switch (request.dialect()) {
            case OPENAI_CHAT, OPENAI_RESPONSES, BEDROCK_CONVERSE, COHERE_CHAT, OLLAMA_CHAT ->
                    joined(routes.visibleNames(access), "{\"object\":\"list\",\"data\":[", "]}");
            case ANTHROPIC_MESSAGES -> anthropicPage();
            case GEMINI -> geminiPage();
        };
    }

    /**
     * One of them.
     *
     * @throws GatewayException if there is none of that name that the caller may use
     */
    String one(String name) {
        RouteMatch match = routes.find(name);
        if (match == null || !routes.isAllowed(access, name, match)) {
            throw new GatewayException(
                    ErrorCode.MODEL_NOT_FOUND, "the model " + name + " does not exist", "model");
        }
        return model(name);
    }

    /** See Anthropic's API reference, List Models: pages begin behind an id, or end before one. */
    private String anthropicPage() {
        List<String> names = routes.visibleNames(access);
        String after = parameter("after_id");
        String before = parameter("before_id");
        int limit = count("limit", USUAL_PAGE);
        int from = after == null ? 0 : names.indexOf(after) + 1;
        int end = names.size();
        boolean hasMore;
        if (before != null && names.contains(before)) {
            end = names.indexOf(before);
            from = Math.max(0, end - limit);
            hasMore = from > 0;
        } else {
            hasMore = end - from > limit;
            end = Math.min(end, from + limit);
        }
        List<String> page = names.subList(from, end);
        String first = page.isEmpty() ? "null" : quoted(page.getFirst());
        String last = page.isEmpty() ? "null" : quoted(page.getLast());
        return joined(
                page,
                "{\"data\":[",
                "],\"has_more\":%b,\"first_id\":%s,\"last_id\":%s}"
                        .formatted(hasMore, first, last));
    }

    /** See Gemini's API reference, models.list; the token of a page is where it begins. */
    private String geminiPage() {
        List<String> names = new ArrayList<>(routes.visibleNames(access));
        int from = Math.min(count("pageToken", 0), names.size());
        int end = Math.min(names.size(), from + count("pageSize", USUAL_PAGE));
        String next = end < names.size() ? "],\"nextPageToken\":\"" + end + "\"}" : "]}";
        return joined(names.subList(from, end), "{\"models\":[", next);
    }

    private String joined(List<String> names, String before, String after) {
        StringJoiner data = new StringJoiner(",", before, after);
        names.forEach(name -> data.add(model(name)));
        return data.toString();
    }

    private String model(String name) {
        RouteMatch match = routes.find(name);
        return switch (request.dialect()) {
            case OPENAI_CHAT, OPENAI_RESPONSES, BEDROCK_CONVERSE, COHERE_CHAT, OLLAMA_CHAT ->
                    "{\"id\":%s,\"object\":\"model\",\"created\":0,\"owned_by\":%s%s}"
                            .formatted(quoted(name), quoted(owner(match)), sizes(match));
            case ANTHROPIC_MESSAGES ->
                    "{\"type\":\"model\",\"id\":%s,\"display_name\":%s,\"created_at\":\"%s\"}"
                            .formatted(quoted(name), quoted(name), NO_DATE);
            case GEMINI -> geminiModel(name, match);
        };
    }

    /** What the price table knows of a model, by the names that model lists have for it. */
    private static String sizes(@Nullable RouteMatch match) {
        Price price = price(match);
        Long window = price == null ? null : price.contextWindow();
        Long output = price == null ? null : price.maxOutput();
        return (window == null ? "" : ",\"context_length\":" + window)
                + (output == null ? "" : ",\"max_completion_tokens\":" + output);
    }

    private static String geminiModel(String name, @Nullable RouteMatch match) {
        Price price = price(match);
        Long window = price == null ? null : price.contextWindow();
        Long output = price == null ? null : price.maxOutput();
        return "{\"name\":%s,\"displayName\":%s%s%s,\"supportedGenerationMethods\":%s}"
                .formatted(
                        quoted("models/" + name),
                        quoted(name),
                        window == null ? "" : ",\"inputTokenLimit\":" + window,
                        output == null ? "" : ",\"outputTokenLimit\":" + output,
                        "[\"generateContent\",\"countTokens\",\"embedContent\"]");
    }

    private static @Nullable Price price(@Nullable RouteMatch match) {
        if (match == null || match.route().targets().isEmpty()) {
            return null;
        }
        Target first = match.route().targets().getFirst();
        return first.prices().find(first.modelFor(match.captured()));
    }

    private static String owner(@Nullable RouteMatch match) {
        Route route = match == null ? null : match.route();
        return route == null || route.targets().isEmpty()
                ? "sluice"
                : route.targets().getFirst().provider().name();
    }

    private int count(String parameter, int otherwise) {
        String text = parameter(parameter);
        try {
            return text == null ? otherwise : Math.clamp(Long.parseLong(text), 0, USUAL_PAGE);
        } catch (NumberFormatException _) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER,
                    "\"" + parameter + "\" must be a number",
                    parameter);
        }
    }

    private @Nullable String parameter(String name) {
        return QueryString.parameter(request.head().query(), name);
    }

    private static String quoted(String text) {
        return new String(JsonStrings.quoted(text), UTF_8);
    }
}
