package io.sluice.bench.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.bench.upstream.RecordedCase;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One recorded case, asked for in one way. Immutable.
 *
 * @param asks whether the caller asks for usage in a stream
 * @param cut where the provider cuts its answer, as {@code x-replay-cut} takes it
 * @param framing how the provider tells the end: {@code chunked}, {@code length}, {@code close}
 */
public record WireTrial(RecordedCase recorded, boolean asks, String cut, String framing) {

    /** The dialect of a case and the endpoint that speaks it. */
    public static final Map<String, String> ENDPOINTS =
            Map.of(
                    "openai.chat", "chat/completions",
                    "openai.completions", "completions",
                    "openai.responses", "responses",
                    "openai.embeddings", "embeddings",
                    "openai.moderations", "moderations",
                    "anthropic.messages", "messages",
                    "anthropic.count_tokens", "messages/count_tokens",
                    "gemini.generateContent", "generateContent",
                    "gemini.streamGenerateContent", "streamGenerateContent",
                    "gemini.countTokens", "countTokens");

    /** The framings there are. */
    public static final List<String> FRAMINGS = List.of("chunked", "length", "close");

    private static final Map<String, String> NAMES =
            Map.of(
                    "together", "together_ai",
                    "fireworks", "fireworks_ai",
                    "lmstudio", "lm_studio",
                    // Their interfaces in OpenAI's dialect, beside their own.
                    "bedrock", "bedrock_openai",
                    "cohere", "cohere_openai");
    private static final Set<String> WITHOUT_STREAM_USAGE =
            Set.of("mistral", "perplexity", "ai21", "voyage");

    /** The configuration entry that leads to a provider of the cases. */
    public static String modelEntry(String provider) {
        if (provider.equals("anthropic")) {
            return """
              - {model_name: "anthropic/*", litellm_params: {model: "anthropic/*", \
            api_base: "{provider}", api_key: sk-up, max_retries: 0}}
            """;
        }
        String name = NAMES.getOrDefault(provider, provider);
        String entry =
                """
                  - {model_name: "%s", litellm_params: {model: "%s", api_base: "%s", \
                api_key: sk-up, api_version: 2024-10-21, max_retries: 0}}
                """;
        return provider.equals("azure")
                ? entry.formatted("dep-m", "azure/dep-m", "{provider}")
                : entry.formatted(provider + "/*", name + "/*", "{provider}/v1");
    }

    /** The request's bytes. */
    public byte[] request(String id) {
        return RawCaller.request(
                "POST",
                path(),
                body().toString().getBytes(UTF_8),
                "x-request-id: " + id,
                "x-replay-case: " + recorded.id(),
                "x-replay-cut: " + cut,
                "x-replay-framing: " + framing,
                "x-replay-gap: " + (cut.startsWith("at:") ? "1ms" : "0"));
    }

    /** The path and query that the provider is to see. */
    public String upstreamUri() {
        String endpoint = endpoint();
        if (isGemini()) {
            return "/v1/models/m:" + endpoint + contentQuery();
        }
        if (!isAzure()) {
            return "/v1/" + endpoint;
        }
        String version = "?api-version=" + (asks ? "2024-10-21" : "2025-01-01-preview");
        return isResponses()
                ? "/openai/responses" + version
                : "/openai/deployments/dep-m/" + endpoint + version;
    }

    /** The body that the provider is to see, as a tree. */
    public JsonNode upstreamBody() {
        ObjectNode body = body();
        if (isGemini()) {
            renameModels(body);
            return body;
        }
        if (body.has("model")) {
            body.put("model", isAzure() ? "dep-m" : "m");
        }
        if (isUsageAskedFor()) {
            JsonNode options = body.path("stream_options");
            ObjectNode asking =
                    options.isObject() ? (ObjectNode) options : body.putObject("stream_options");
            asking.put("include_usage", true);
        }
        return body;
    }

    /** The payload that the caller is to see. */
    public byte[] expectedBody() {
        boolean hides = isUsageAskedFor() && !asks && isEventStream();
        return hides ? NaiveEvents.withoutUsage(recorded.body()) : recorded.body();
    }

    /** Whether the provider said what was used. */
    public boolean saysUsage() {
        return recorded.expected().path("usage").isObject();
    }

    /** Whether what the provider tells of tokens is all that is asked, and costs nothing. */
    public boolean isFree() {
        return recorded.api().endsWith("ount_tokens") || recorded.api().endsWith("ountTokens");
    }

    public Tokens expectedTokens() {
        if (recorded.api().startsWith("anthropic.")) {
            return Tokens.ofMessage(recorded.expected().path("usage"));
        }
        if (isGemini()) {
            return Tokens.ofContent(recorded.expected().path("usage"));
        }
        return Tokens.recorded(recorded.expected().path("usage"));
    }

    /** The type the provider states, empty where it states none. */
    public String contentType() {
        return recorded.headers().getOrDefault("content-type", "");
    }

    @Override
    public String toString() {
        return "%s, usage %sasked for, cut %s, framing %s"
                .formatted(recorded.id(), asks ? "" : "not ", cut, framing);
    }

    private String path() {
        String endpoint = endpoint();
        if (isGemini()) {
            return "/v1beta/models/gemini/m:" + endpoint + contentQuery();
        }
        if (!isAzure() || asks) {
            return "/v1/" + endpoint;
        }
        String version = "?api-version=2025-01-01-preview";
        return isResponses()
                ? "/openai/responses" + version
                : "/openai/deployments/dep-m/" + endpoint + version;
    }

    /** The recorded body with what the trial needs, and without what only its recorder had. */
    private ObjectNode body() {
        JsonNode kept = recorded.requestBody();
        ObjectNode body =
                kept instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
        if (isGemini()) {
            if (!isOf("gemini.countTokens") && !body.has("contents")) {
                body.putArray("contents");
            }
            return body;
        }
        if (recorded.api().startsWith("anthropic.")) {
            body.put("model", "anthropic/m");
            if (!body.path("messages").isArray()) {
                body.putArray("messages");
            }
            if (recorded.isStream()) {
                body.put("stream", true);
            }
            return body;
        }
        boolean isInPath = isAzure() && !asks && !isResponses() && !body.has("model");
        if (!isInPath) {
            body.put("model", isAzure() ? "dep-m" : recorded.provider() + "/m");
        }
        if (isOf("openai.chat") && !body.path("messages").isArray()) {
            body.putArray("messages");
        }
        boolean takesInput = !isOf("openai.chat") && !isOf("openai.completions");
        if (takesInput && !body.has("input")) {
            body.put("input", "hi");
        }
        body.remove("previous_response_id");
        if (recorded.isStream()) {
            body.put("stream", true);
        }
        if (isOf("openai.chat") || isOf("openai.completions")) {
            body.remove("stream_options");
            if (asks && body.path("stream").asBoolean()) {
                body.putObject("stream_options").put("include_usage", true);
            }
        }
        return body;
    }

    /** Whether the provider is asked for usage in the stream, by whomever. */
    private boolean isUsageAskedFor() {
        return body().path("stream").asBoolean()
                && (isOf("openai.chat") || isOf("openai.completions"))
                && (asks || !WITHOUT_STREAM_USAGE.contains(recorded.provider()));
    }

    private boolean isEventStream() {
        boolean isStated = contentType().startsWith("text/event-stream");
        return isStated || (contentType().isEmpty() && recorded.isStream());
    }

    private String endpoint() {
        return String.valueOf(ENDPOINTS.get(recorded.api()));
    }

    private boolean isAzure() {
        return recorded.provider().equals("azure") && recorded.api().startsWith("openai.");
    }

    private boolean isGemini() {
        return recorded.api().startsWith("gemini.");
    }

    /** A stream that was recorded as one array is asked for as one. */
    private String contentQuery() {
        boolean isSse = recorded.isStream() && recorded.body()[0] != '[';
        return isSse || isEventStream() ? "?alt=sse" : "";
    }

    /** The names of the model that a body repeats from its path. */
    private static void renameModels(ObjectNode body) {
        if (body.has("model")) {
            body.put("model", "models/m");
        }
        if (body.path("generateContentRequest") instanceof ObjectNode inner) {
            renameModels(inner);
        }
    }

    private boolean isResponses() {
        return isOf("openai.responses");
    }

    private boolean isOf(String api) {
        return recorded.api().equals(api);
    }
}
