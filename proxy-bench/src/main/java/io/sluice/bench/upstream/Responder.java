package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.sluice.message.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Decides what a request is answered with. Safe for any thread. */
final class Responder {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final List<String> KEY_FIELDS =
            List.of("api-key", "x-api-key", "x-goog-api-key");

    private final Options options;
    private final Books books;
    private final @Nullable Replays replays;
    private final StoredResponses stored = new StoredResponses();
    private final AtomicLong ordinal = new AtomicLong();

    Responder(Options options, Books books, @Nullable Replays replays) {
        this.options = options;
        this.books = books;
        this.replays = replays;
    }

    Script answer(ReceivedRequest request) {
        if (request.path().equals("/books")) {
            return Scripts.other(200, books.toJson());
        }
        if (request.path().equals("/received")) {
            return Scripts.other(200, books.receivedJson());
        }
        books.onRequest(request);
        String asked = request.header("x-replay-case");
        if (asked != null) {
            return replay(asked, request);
        }
        if (!isAuthorized(request)) {
            return Scripts.error(401, "Incorrect API key provided.", null, "invalid_api_key");
        }
        ProviderPath path = ProviderPath.of(request.path());
        return switch (request.method()) {
            case "POST" -> post(path, request);
            case "GET", "DELETE" -> resource(path, request);
            default -> unknown(request);
        };
    }

    private Script post(ProviderPath path, ReceivedRequest request) {
        Endpoint endpoint = path.endpoint();
        if (endpoint == null) {
            return unknown(request);
        }
        if (endpoint == Endpoint.STORED_RESPONSE) {
            return path.action().equals("cancel") ? stored.cancel(path.id()) : unknown(request);
        }
        JsonNode body;
        try {
            body = MAPPER.readTree(request.bodyBytes());
        } catch (IOException e) {
            return Scripts.error(400, "The body is not JSON.", null, "invalid_json");
        }
        String inBody = body.path("model").asText("");
        String model = path.deployment() == null ? inBody : path.deployment();
        if (Replays.isReplay(model)) {
            return replay(Replays.selection(model), request);
        }
        long attempt = books.onCall(request.header("x-request-id"));
        String subject = endpoint.subject();
        if (model.isEmpty()) {
            return missing("model");
        }
        if (subject != null && body.path(subject).isMissingNode()) {
            return missing(subject);
        }
        return model(endpoint, model, subject, body, request, attempt);
    }

    private Script model(
            Endpoint endpoint,
            String model,
            @Nullable String subject,
            JsonNode body,
            ReceivedRequest request,
            long attempt) {
        boolean isChat = endpoint.dialect().isOpenAi();
        JsonNode asked = isChat ? body : ChatForm.of(endpoint, body);
        String place = isChat ? subject : "messages";
        Knobs knobs;
        try {
            Knobs prompt = Knobs.inPrompt(Prompts.last(asked.path(place == null ? "" : place)));
            Knobs ofModel = options.models().getOrDefault(model, Knobs.NONE);
            knobs = options.knobs().with(ofModel).with(prompt);
        } catch (IllegalArgumentException e) {
            return Scripts.error(400, String.valueOf(e.getMessage()), subject, "invalid_knob");
        }
        ProviderCall call =
                new ProviderCall(
                        endpoint,
                        request,
                        asked,
                        model,
                        knobs,
                        Seeds.of(options.seed(), request.bodyBytes()),
                        ordinal.incrementAndGet(),
                        attempt);
        int failure = failure(call);
        if (failure != 0) {
            return Scripts.failure(call, failure);
        }
        return switch (endpoint) {
            case CHAT_COMPLETIONS -> ChatDialect.answer(call);
            case COMPLETIONS -> CompletionDialect.answer(call);
            case EMBEDDINGS -> Embeddings.embeddings(call);
            case MODERATIONS -> Embeddings.moderations(call);
            case RESPONSES -> ResponsesDialect.answer(call, stored);
            case STORED_RESPONSE, RERANK -> unknown(request);
            case MESSAGES -> MessagesDialect.answer(call);
            case MESSAGE_TOKENS -> MessagesDialect.count(call);
            case GENERATE_CONTENT, STREAM_GENERATE_CONTENT -> ContentDialect.answer(call);
            case CONTENT_TOKENS -> ContentDialect.count(call);
            case EMBED_CONTENT, BATCH_EMBED_CONTENTS -> ContentDialect.embed(call, body);
        };
    }

    /** The status that the knobs want this call to fail with, or 0. */
    private int failure(ProviderCall call) {
        if (call.knobs().has(Knob.STATUS)) {
            return call.knobs().count(Knob.STATUS, 0);
        }
        String fail = call.knobs().find(Knob.FAIL);
        if (fail == null) {
            return 0;
        }
        int status = Integer.parseInt(fail.substring(0, 3));
        String rule = fail.substring(3);
        boolean fails;
        if (rule.startsWith("@")) {
            double drawn = Seeds.fraction(Seeds.mix(options.seed(), call.ordinal()));
            fails = drawn < Double.parseDouble(rule.substring(1));
        } else {
            fails = rule.isEmpty() || call.attempt() <= Long.parseLong(rule.substring(1));
        }
        return fails ? status : 0;
    }

    private Script resource(ProviderPath path, ReceivedRequest request) {
        boolean get = request.method().equals("GET");
        if (path.endpoint() == Endpoint.STORED_RESPONSE) {
            return switch (path.action()) {
                case "" -> get ? stored.read(path.id()) : stored.delete(path.id());
                case "input_items" -> get ? stored.inputItems(path.id()) : unknown(request);
                default -> unknown(request);
            };
        }
        if (get && path.isModels()) {
            return path.id().isEmpty() ? models() : model(path.id());
        }
        return unknown(request);
    }

    private Script models() {
        ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        options.models().keySet().forEach(id -> data.add(describe(id)));
        return Scripts.other(200, list.toString());
    }

    private Script model(String id) {
        return options.models().containsKey(id)
                ? Scripts.other(200, describe(id).toString())
                : Scripts.error(
                        404, "The model '" + id + "' does not exist.", "model", "model_not_found");
    }

    private static ObjectNode describe(String id) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("object", "model")
                .put("created", ChatDialect.CREATED)
                .put("owned_by", "simulated");
    }

    private Script replay(String selection, ReceivedRequest request) {
        books.onCall(request.header("x-request-id"));
        return replays == null
                ? Scripts.error(404, "No recorded cases were given.", null, "no_such_case")
                : replays.answer(selection, request);
    }

    private boolean isAuthorized(ReceivedRequest request) {
        String expected = options.apiKey();
        if (expected == null) {
            return true;
        }
        String bearer = request.header("authorization");
        String key = bearer == null ? null : bearer.replaceFirst("^Bearer ", "");
        for (String field : KEY_FIELDS) {
            key = key == null ? request.header(field) : key;
        }
        return key != null && MessageDigest.isEqual(utf8(key), utf8(expected));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Script missing(String field) {
        return Scripts.error(
                400,
                "You must provide a " + field + " parameter.",
                field,
                "missing_required_parameter");
    }

    private static Script unknown(ReceivedRequest request) {
        String path = QueryStringDecoder.decodeComponent(request.path());
        return Scripts.error(
                404, "Invalid URL (" + request.method() + " " + path + ")", null, "unknown_url");
    }
}
