package io.sluice.message;

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
        @Nullable String code) {}
