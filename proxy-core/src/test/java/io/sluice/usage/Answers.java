package io.sluice.usage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The answers under {@code src/test/resources/answers}, made for these tests. */
final class Answers {

    private Answers() {}

    static byte[] bytes(String name) {
        try (InputStream in = Answers.class.getResourceAsStream("/answers/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kind that the name tells. */
    static AnswerMeter.Kind kind(String name) {
        if (name.endsWith(".json")) {
            return AnswerMeter.Kind.JSON_BODY;
        }
        if (name.startsWith("responses")) {
            return AnswerMeter.Kind.RESPONSES_STREAM;
        }
        return name.startsWith("completion")
                ? AnswerMeter.Kind.COMPLETION_STREAM
                : AnswerMeter.Kind.CHAT_STREAM;
    }
}
