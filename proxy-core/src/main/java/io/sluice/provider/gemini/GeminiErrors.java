package io.sluice.provider.gemini;

import io.netty.buffer.ByteBuf;
import io.sluice.json.JsonCursor;
import io.sluice.json.JsonNames;
import io.sluice.json.JsonType;
import io.sluice.json.JsonWriter;
import io.sluice.json.MalformedJsonException;
import io.sluice.message.AnswerError;

/** Errors in Google's shape: {@code {"error":{"code","message","status"}}}. */
public final class GeminiErrors {

    private static final int SERVER_ERROR = 500;
    private static final JsonNames NAMES = JsonNames.of("error", "code", "message", "status");

    private GeminiErrors() {}

    /** Reads the body of an error answer, which may be anything at all. */
    public static AnswerError read(int status, byte[] body) {
        JsonCursor json = new JsonCursor().on(body, 0, body.length);
        try {
            if (json.is(JsonType.ARRAY)) {
                json.beginArray();
                if (!json.nextElement()) {
                    return AnswerError.of(status, body);
                }
            }
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
        String kind = "";
        String message = "";
        long code = SERVER_ERROR;
        json.beginObject();
        while (json.nextField()) {
            String name = json.name(NAMES);
            if (name.equals("code")) {
                code = json.integer();
            } else if (name.equals("message") && json.is(JsonType.STRING)) {
                message = json.string().string();
            } else if (name.equals("status") && json.is(JsonType.STRING)) {
                kind = json.string().string();
            } else {
                json.skip();
            }
        }
        int known = status == 0 ? Math.clamp(code, 400, 599) : status;
        return new AnswerError(known, kind, message, null, kind.isEmpty() ? null : kind);
    }

    /** Writes {@code error} as the body of an error answer. */
    public static void write(AnswerError error, ByteBuf out) {
        JsonWriter json = new JsonWriter(out);
        json.beginObject().name("error").beginObject();
        json.number("code", error.status());
        json.name("message").string(error.message());
        json.word("status", status(error.status()));
        json.endObject().endObject();
    }

    private static String status(int status) {
        return switch (status) {
            case 400, 405, 413, 415, 422 -> "INVALID_ARGUMENT";
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 409 -> "ABORTED";
            case 402, 429 -> "RESOURCE_EXHAUSTED";
            case 501 -> "UNIMPLEMENTED";
            case 502, 503, 529 -> "UNAVAILABLE";
            case 504 -> "DEADLINE_EXCEEDED";
            default -> "INTERNAL";
        };
    }
}
