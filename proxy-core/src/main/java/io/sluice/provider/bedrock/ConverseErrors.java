package io.sluice.provider.bedrock;

import io.sluice.json.JsonCursor;
import io.sluice.json.JsonNames;
import io.sluice.json.JsonType;
import io.sluice.json.MalformedJsonException;
import io.sluice.message.AnswerError;
import java.util.Locale;

/** Errors of Bedrock, {@code {"message": "…"}}, and the exceptions of its streams. */
public final class ConverseErrors {

    private static final int SERVER_ERROR = 500;
    private static final JsonNames NAMES = JsonNames.of("message", "Message", "__type");

    private ConverseErrors() {}

    /** Reads the body of an error answer, which may be anything at all. */
    public static AnswerError read(int status, byte[] body) {
        try {
            AnswerError error = readObject(new JsonCursor().on(body, 0, body.length), status, "");
            return error.message().isEmpty() ? AnswerError.of(status, body) : error;
        } catch (MalformedJsonException e) {
            return AnswerError.of(status, body);
        }
    }

    /** Reads an error that comes as an event of the stream, named by {@code type}. */
    static AnswerError readEvent(JsonCursor json, String type) {
        return readObject(json, statusOf(type), type);
    }

    private static AnswerError readObject(JsonCursor json, int status, String named) {
        String message = "";
        String type = named;
        if (json.tryObject()) {
            while (json.nextField()) {
                boolean isString = json.is(JsonType.STRING);
                String name = json.name(NAMES);
                if (isString && name.equalsIgnoreCase("message")) {
                    message = json.string().string();
                } else if (isString && name.equals("__type")) {
                    String whole = json.string().string();
                    type = whole.substring(whole.indexOf('#') + 1);
                } else {
                    json.skip();
                }
            }
        }
        return new AnswerError(status, type, message, null, null);
    }

    private static int statusOf(String type) {
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "validationexception" -> 400;
            case "throttlingexception", "modelnotreadyexception" -> 429;
            case "serviceunavailableexception" -> 503;
            case "modeltimeoutexception" -> 504;
            default -> SERVER_ERROR;
        };
    }
}
