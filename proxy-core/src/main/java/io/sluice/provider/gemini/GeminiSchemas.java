package io.sluice.provider.gemini;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.json.JsonCursor;
import io.sluice.json.JsonText;
import io.sluice.json.JsonType;
import io.sluice.json.JsonWriter;
import java.util.Locale;

/** Gemini's schemas, whose types may be written in capitals, as JSON Schema. */
final class GeminiSchemas {

    private GeminiSchemas() {}

    /** The same schema with its types in lower case. */
    static JsonText toJsonSchema(JsonText schema) {
        ByteBuf out = Unpooled.buffer(schema.length());
        JsonCursor json = new JsonCursor().on(schema.bytes(), schema.from(), schema.to());
        copy(json, new JsonWriter(out), false);
        return new JsonText().set(out.array(), 0, out.writerIndex(), JsonText.Form.JSON);
    }

    /** Copies a value; a string is lowered where it is a type. */
    private static void copy(JsonCursor json, JsonWriter out, boolean isType) {
        switch (json.type()) {
            case OBJECT -> {
                out.beginObject();
                json.beginObject();
                while (json.nextField()) {
                    String name = json.name();
                    out.anyName(name);
                    copy(json, out, name.equals("type") && json.is(JsonType.STRING));
                }
                out.endObject();
            }
            case ARRAY -> {
                out.beginArray();
                json.beginArray();
                while (json.nextElement()) {
                    copy(json, out, false);
                }
                out.endArray();
            }
            default -> {
                JsonText value = json.value();
                if (isType) {
                    out.string(value.unquoted().string().toLowerCase(Locale.ROOT));
                } else {
                    out.json(value);
                }
            }
        }
    }
}
