package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One recorded exchange with a real provider, in the format {@code wire-case/1}. Immutable. */
public final class RecordedCase {

    private static final String FORMAT = "wire-case/1";

    private final JsonNode json;
    private final byte[] body;
    private final List<Integer> recordedSizes;

    private RecordedCase(JsonNode json, byte[] body, List<Integer> recordedSizes) {
        this.json = json;
        this.body = body;
        this.recordedSizes = recordedSizes;
    }

    /**
     * Reads a case.
     *
     * @throws IllegalArgumentException if the format is another one
     */
    static RecordedCase of(JsonNode json) {
        if (!json.path("format").asText("").equals(FORMAT)) {
            throw new IllegalArgumentException(
                    "not a " + FORMAT + ": " + json.path("id").asText(""));
        }
        JsonNode response = json.path("response");
        byte[] body =
                response.hasNonNull("body_base64")
                        ? Base64.getDecoder().decode(response.get("body_base64").asText())
                        : response.path("body").asText("").getBytes(StandardCharsets.UTF_8);
        List<Integer> sizes = new ArrayList<>();
        response.path("chunk_sizes").forEach(size -> sizes.add(size.asInt()));
        return new RecordedCase(json, body, List.copyOf(sizes));
    }

    public String id() {
        return json.path("id").asText();
    }

    public String provider() {
        return json.path("provider").asText();
    }

    /** The wire dialect, {@code openai.chat} and the like. */
    public String api() {
        return json.path("api").asText();
    }

    public boolean isStream() {
        return json.path("stream").asBoolean();
    }

    /** What the recorder noticed, {@code usage}, {@code n>1} and the like. */
    public List<String> tags() {
        List<String> tags = new ArrayList<>();
        json.path("tags").forEach(tag -> tags.add(tag.asText()));
        return tags;
    }

    public int status() {
        return json.path("response").path("status").asInt();
    }

    /** The answer's headers that were kept, names in lower case, without those that frame it. */
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> header :
                json.path("response").path("headers").properties()) {
            if (!isFraming(header.getKey())) {
                headers.put(header.getKey(), header.getValue().asText());
            }
        }
        return headers;
    }

    /** The answer's body, a copy. */
    public byte[] body() {
        return body.clone();
    }

    public int bodyBytes() {
        return body.length;
    }

    /** Sizes of the reads the recorder saw; empty where it did not keep them. */
    public List<Integer> recordedSizes() {
        return recordedSizes;
    }

    /** The recorded request's method, {@code POST} where it was not kept. */
    public String method() {
        return json.path("request").path("method").asText("POST");
    }

    /** The recorded request's path, still encoded, or {@code null} where it was not kept. */
    public @Nullable String path() {
        JsonNode path = json.path("request").path("path");
        return path.isTextual() ? path.asText() : null;
    }

    /** The recorded request's body, or {@code null} where it was not kept or was not JSON. */
    public @Nullable JsonNode requestBody() {
        JsonNode request = json.path("request").path("body");
        return request.isMissingNode() || request.isNull() ? null : request.deepCopy();
    }

    /** What a reference parser made of the body: usage, text, tool calls, the error. */
    public JsonNode expected() {
        return json.path("expected");
    }

    /** A part of the body, which is shared and must not be written to. Owned by the caller. */
    ByteBuf part(int from, int length) {
        return Unpooled.wrappedBuffer(body, from, length);
    }

    @Override
    public String toString() {
        return id();
    }

    private static boolean isFraming(String name) {
        return switch (name) {
            case "transfer-encoding", "content-length", "connection", "content-encoding" -> true;
            default -> false;
        };
    }
}
