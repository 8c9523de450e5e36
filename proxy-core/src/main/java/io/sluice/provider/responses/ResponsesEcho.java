package io.sluice.provider.responses;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.json.JsonCursor;
import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a response repeats of its request. */
public final class ResponsesEcho {

    /**
     * Each field that a response has, and what it says where the request said nothing; empty for
     * none.
     */
    private static final Map<String, String> FIELDS = new LinkedHashMap<>();

    static {
        FIELDS.put("background", "false");
        FIELDS.put("instructions", "null");
        FIELDS.put("max_output_tokens", "null");
        FIELDS.put("max_tool_calls", "null");
        FIELDS.put("metadata", "{}");
        FIELDS.put("parallel_tool_calls", "true");
        FIELDS.put("previous_response_id", "null");
        FIELDS.put("reasoning", "{\"effort\":null,\"summary\":null}");
        FIELDS.put("store", "false");
        FIELDS.put("temperature", "1.0");
        FIELDS.put("text", "{\"format\":{\"type\":\"text\"}}");
        FIELDS.put("tool_choice", "\"auto\"");
        FIELDS.put("tools", "[]");
        FIELDS.put("top_p", "1.0");
        FIELDS.put("truncation", "\"disabled\"");
        FIELDS.put("user", "");
    }

    /** What is repeated where the request is not known. */
    public static final JsonText NONE = write(new LinkedHashMap<>());

    private ResponsesEcho() {}

    /** What a response repeats of the request {@code body[from..to)}, as fields without braces. */
    public static JsonText of(byte[] body, int from, int to) {
        Map<String, JsonText> said = new LinkedHashMap<>();
        JsonCursor json = new JsonCursor().on(body, from, to);
        json.beginObject();
        while (json.nextField()) {
            String name = json.name();
            if (json.skipNull()) {
                continue;
            }
            JsonText value = json.value();
            if (FIELDS.containsKey(name)) {
                said.put(name, value);
            }
        }
        return write(said);
    }

    private static JsonText write(Map<String, JsonText> said) {
        ByteBuf out = Unpooled.buffer(512);
        JsonWriter json = new JsonWriter(out);
        FIELDS.forEach((name, otherwise) -> {
            JsonText value = said.get(name);
            if (value != null || !otherwise.isEmpty()) {
                json.name(name).json(value == null ? JsonText.json(otherwise) : value);
            }
        });
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return new JsonText().set(bytes, 0, bytes.length, JsonText.Form.JSON);
    }
}
