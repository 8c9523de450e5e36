package io.sluice.transport.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Small JSON documents of the management API. */
final class Json {

    private static final JsonFactory FACTORY =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private Json() {}

    /**
     * An object, with a line feed at the end for people at a terminal.
     *
     * @throws UncheckedIOException where {@code content} throws
     */
    static byte[] of(JsonContent content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            content.writeTo(json);
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * The one field of an object that has no other.
     *
     * @throws GatewayException where the body is anything else
     */
    static String onlyText(byte[] body, String field) {
        try (JsonParser json = FACTORY.createParser(body)) {
            if (json.nextToken() == JsonToken.START_OBJECT
                    && field.equals(json.nextFieldName())
                    && json.nextToken() == JsonToken.VALUE_STRING) {
                String value = json.getText();
                if (json.nextToken() == JsonToken.END_OBJECT && json.nextToken() == null) {
                    return value;
                }
            }
        } catch (IOException _) {
            throw new GatewayException(ErrorCode.INVALID_JSON, "the body is not valid JSON");
        }
        throw new GatewayException(
                ErrorCode.INVALID_PARAMETER,
                "the body must be {\"" + field + "\": \"…\"} and nothing else",
                field);
    }
}
