package io.sluice.provider.openai;

import io.netty.buffer.ByteBuf;
import io.sluice.json.JsonCursor;
import io.sluice.json.JsonNames;
import io.sluice.json.JsonText;
import io.sluice.json.JsonType;
import io.sluice.json.JsonWriter;
import io.sluice.json.MalformedJsonException;
import io.sluice.message.AnswerError;
import org.jspecify.annotations.Nullable;

/** Errors in OpenAI's shape: {@code {"error":{"message","type","param","code"}}}. */
public final class ChatErrors {

    private static final int SERVER_ERROR = 500;

    private static final JsonNames NAMES =
            JsonNames.of("error", "message", "type", "param", "code", "detail");

    private ChatErrors() {}

    /** Reads the body of an error answer, which may be anything at all. */
    public static AnswerError read(int status, byte[] body) {
        JsonCursor json = new JsonCursor().on(body, 0, body.length);
        try {
            if (json.is(JsonType.OBJECT)) {
                return readObject(json, status);
            }
        } catch (MalformedJsonException e) {
            return AnswerError.of(status, body);
        }
        return AnswerError.of(status, body);
    }

    /** Reads the error object, or the object around it, that comes next. */
    static AnswerError readObject(JsonCursor json, int status) {
        if (json.is(JsonType.STRING)) {
            return new AnswerError(
                    status == 0 ? SERVER_ERROR : status, "", json.string().string(), null, null);
        }
        String message = "";
        String type = "";
        String param = null;
        String code = null;
        json.beginObject();
        while (json.nextField()) {
            switch (json.name(NAMES)) {
                case "error" -> {
                    if (json.is(JsonType.OBJECT) || json.is(JsonType.STRING)) {
                        AnswerError inner = readObject(json, status);
                        skipRest(json);
                        return inner;
                    }
                    json.skip();
                }
                case "message", "detail" -> message = text(json, message);
                case "type" -> type = text(json, type);
                case "param" -> param = nullable(json);
                case "code" -> code = nullable(json);
                default -> json.skip();
            }
        }
        int known = status == 0 ? statusOf(type, code) : status;
        return new AnswerError(known, type, message, param, code);
    }

    /** Writes {@code error} as the body of an error answer. */
    public static void write(AnswerError error, ByteBuf out) {
        JsonWriter json = new JsonWriter(out);
        json.beginObject().name("error").beginObject();
        json.name("message").string(error.message());
        json.name("type").string(type(error));
        json.name("param");
        string(error.parameter(), json);
        json.name("code");
        string(error.code(), json);
        json.endObject().endObject();
    }

    /** OpenAI's word for the kind of error. */
    private static String type(AnswerError error) {
        return switch (error.status()) {
            case 400, 404, 405, 413, 415, 422 -> "invalid_request_error";
            case 401 -> "authentication_error";
            case 402 -> "insufficient_quota";
            case 403 -> "permission_error";
            case 429 -> "rate_limit_error";
            default -> "api_error";
        };
    }

    private static void string(@Nullable String value, JsonWriter json) {
        if (value == null) {
            json.nul();
        } else {
            json.string(value);
        }
    }

    private static int statusOf(String type, @Nullable String code) {
        return switch (type) {
            case "invalid_request_error" -> 400;
            case "authentication_error" -> 401;
            case "rate_limit_error", "rate_limit_exceeded", "insufficient_quota" -> 429;
            default -> "rate_limit_exceeded".equals(code) ? 429 : SERVER_ERROR;
        };
    }

    private static void skipRest(JsonCursor json) {
        while (json.nextField()) {
            json.skip();
        }
    }

    private static String text(JsonCursor json, String otherwise) {
        String text = nullable(json);
        return text == null ? otherwise : text;
    }

    private static @Nullable String nullable(JsonCursor json) {
        if (json.skipNull()) {
            return null;
        }
        JsonText text = json.is(JsonType.STRING) ? json.string() : json.value();
        return text.string();
    }
}
