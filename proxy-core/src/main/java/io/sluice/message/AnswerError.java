package io.sluice.message;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a provider says instead of an answer, in no dialect. Immutable.
 *
 * @param status the HTTP status that it came with, or that its kind stands for
 * @param kind the provider's word for it, empty where it has none
 * @param message for people
 * @param parameter the part of the request at fault, or {@code null}
 * @param code the provider's finer word, or {@code null}
 */
public record AnswerError(
        int status,
        String kind,
        String message,
        @Nullable String parameter,
        @Nullable String code) {

    private static final int LONGEST_MESSAGE = 2000;

    /** What a body says that has no form: itself, as far as it can be shown. */
    public static AnswerError of(int status, byte[] body) {
        int length = Math.min(body.length, LONGEST_MESSAGE);
        String text = new String(body, 0, length, StandardCharsets.UTF_8).strip();
        return new AnswerError(
                status, "", text.isEmpty() ? "the provider answered " + status : text, null, null);
    }
}
