package io.sluice.provider.cohere;

import io.sluice.json.JsonCursor;
import io.sluice.json.JsonNames;
import io.sluice.json.JsonType;
import io.sluice.json.MalformedJsonException;
import io.sluice.message.AnswerError;

/** Errors of Cohere: {@code {"id": "…", "message": "…"}}. */
public final class CohereErrors {

    private static final JsonNames NAMES = JsonNames.of("message");

    private CohereErrors() {}

    /** Reads the body of an error answer, which may be anything at all. */
    public static AnswerError read(int status, byte[] body) {
        JsonCursor json = new JsonCursor().on(body, 0, body.length);
        try {
            if (json.tryObject()) {
                while (json.nextField()) {
                    if (json.name(NAMES).equals("message") && json.is(JsonType.STRING)) {
                        return new AnswerError(status, "", json.string().string(), null, null);
                    }
                    json.skip();
                }
            }
        } catch (MalformedJsonException e) {
            return AnswerError.of(status, body);
        }
        return AnswerError.of(status, body);
    }
}
