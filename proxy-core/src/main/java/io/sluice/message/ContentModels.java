package io.sluice.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.sluice.json.BodyEdits;
import io.sluice.json.JsonStrings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The model names that bodies of Gemini's dialect repeat from the path: {@code model}, {@code
 * requests[].model}, {@code generateContentRequest.model}. Its providers refuse a body that names
 * another model than its path.
 */
final class ContentModels {

    private static final JsonFactory JSON = new JsonFactory();

    private ContentModels() {}

    /**
     * Puts {@code models/<to>} in the place of each.
     *
     * @param body borrowed; known to be one JSON object
     * @throws UncheckedIOException if it is none
     */
    static void rename(BodyEdits edits, ByteBuf body, String to) {
        byte[] name = JsonStrings.quoted("models/" + to);
        try (InputStream in = new ByteBufInputStream(body.slice());
                JsonParser parser = JSON.createParser(in)) {
            for (JsonToken next = parser.nextToken(); next != null; next = parser.nextToken()) {
                if (next == JsonToken.FIELD_NAME) {
                    readField(parser, edits, name);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /* Looks at one member; its value is skipped unless it may hold a model's name. */
    private static void readField(JsonParser parser, BodyEdits edits, byte[] name)
            throws IOException {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        boolean leadsOn =
                field.equals("requests")
                        || field.equals("generateContentRequest")
                        || field.equals("generate_content_request");
        if (value == JsonToken.VALUE_STRING && field.equals("model")) {
            long start = parser.currentTokenLocation().getByteOffset();
            parser.finishToken();
            edits.replace(start, parser.currentLocation().getByteOffset(), name);
        } else if (!leadsOn) {
            parser.skipChildren();
        }
    }
}
