package io.sluice.provider.anthropic;

import io.netty.buffer.ByteBuf;
import io.sluice.json.JsonCursor;
import io.sluice.json.JsonNames;
import io.sluice.json.JsonType;
import io.sluice.json.JsonWriter;
import io.sluice.json.MalformedJsonException;
import io.sluice.message.AnswerError;

/** Errors in Anthropic's shape: {@code {"type":"error","error":{"type","message"}}}. */
public final class MessagesErrors {

    private static final int SERVER_ERROR = 500;
    private static final JsonNames NAMES = JsonNames.of("error", "type", "message");

    private MessagesErrors() {}

    /** Reads the body of an error answer, which may be anything at all. */
    public static AnswerError read(int status, byte[] body) {
        JsonCursor json = new JsonCursor().on(body, 0, body.length);
        try {
            if (json.is(JsonType.OBJECT)) {
                json.beginObject();
                while (json.nextField()) {
                    if (json.name(NAMES).equals("error") && json.is(JsonType.OBJECT)) {
                        return readObject(json, status);
                    }
                    json.skip();
                }
            }
        } catch (MalformedJsonException e) {
            return AnswerError.of(status, body);
        }
        return AnswerError.of(status, body);
    }

    /** Reads the error object that comes next. */
    static AnswerError readObject(JsonCursor json, int status) {
        String type = "";
        String message = "";
        json.beginObject();
        while (json.nextField()) {
            boolean isString = json.is(JsonType.STRING);
            String name = json.name(NAMES);
            if (isString && name.equals("type")) {
                type = json.string().string();
            } else if (isString && name.equals("message")) {
                message = json.string().string();
            } else {
                json.skip();
            }
        }
        return new AnswerError(status == 0 ? statusOf(type) : status, type, message, null, null);
    }

    /** Writes {@code error} as the body of an error answer, or the data of an error event. */
    public static void write(AnswerError error, ByteBuf out) {
        JsonWriter json = new JsonWriter(out);
        json.beginObject().word("type", "error").name("error").beginObject();
        json.word("type", type(error.status()));
        json.name("message").string(message(error));
        json.endObject().name("request_id").nul().endObject();
    }

    /** What has no field of its own is said in the message. */
    private static String message(AnswerError error) {
        String parameter = error.parameter();
        return parameter == null || error.message().contains(parameter)
                ? error.message()
                : parameter + ": " + error.message();
    }

    private static String type(int status) {
        return switch (status) {
            case 400, 405, 409, 415, 422 -> "invalid_request_error";
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 504 -> "timeout_error";
            case 503, 529 -> "overloaded_error";
            default -> "api_error";
        };
    }

    private static int statusOf(String type) {
        return switch (type) {
            case "invalid_request_error" -> 400;
            case "authentication_error" -> 401;
            case "billing_error" -> 402;
            case "permission_error" -> 403;
            case "not_found_error" -> 404;
            case "request_too_large" -> 413;
            case "rate_limit_error" -> 429;
            case "timeout_error" -> 504;
            case "overloaded_error" -> 529;
            default -> SERVER_ERROR;
        };
    }
}
