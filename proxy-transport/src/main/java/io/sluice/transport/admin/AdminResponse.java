package io.sluice.transport.admin;

import io.sluice.error.GatewayException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What is answered to an {@link AdminRequest}.
 *
 * @param headers further ones, names in lower case; without {@code content-type} and {@code
 *     content-length}
 * @param body not changed any more
 */
// Nobody compares two of these, and the array is handed on, not shared.
@SuppressWarnings("ArrayRecordComponent")
public record AdminResponse(
        int status, String contentType, Map<String, String> headers, byte[] body) {

    static final String JSON = "application/json";

    public AdminResponse {
        headers = Map.copyOf(headers);
    }

    /** A JSON answer. */
    public static AdminResponse json(int status, JsonContent content) {
        return new AdminResponse(status, JSON, Map.of(), Json.of(content));
    }

    /** An error in the shape of the OpenAI dialect. */
    public static AdminResponse error(GatewayException e) {
        return error(e.code().status(), e);
    }

    /** The same with a status of its own. */
    static AdminResponse error(int status, GatewayException e) {
        return json(
                status,
                json -> {
                    json.writeObjectFieldStart("error");
                    json.writeStringField("message", e.text());
                    json.writeStringField("type", e.code().type());
                    json.writeStringField("param", e.parameter());
                    json.writeStringField("code", e.code().wireName());
                    json.writeEndObject();
                });
    }

    /** This answer with one header more. */
    public AdminResponse withHeader(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new AdminResponse(status, contentType, more, body);
    }

    /** The body as UTF-8 text. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
