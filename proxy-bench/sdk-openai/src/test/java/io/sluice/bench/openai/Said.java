package io.sluice.bench.openai;

import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseOutputText;
import java.util.stream.Collectors;

/** What the simulated provider says and counts, by its own rules. */
final class Said {

    private Said() {}

    /** How the answer to {@code prompt} begins where no knob says otherwise. */
    static String opening(String prompt) {
        return "Hello from the built-in upstream. You said: \"" + prompt + "\". ";
    }

    /** Tokens of one message: of its text, of its role, and three for itself. */
    static long messageTokens(String prompt) {
        return textTokens(prompt) + textTokens("user") + 3;
    }

    /** Tokens of a text that is asked: one for four characters. */
    static long textTokens(String text) {
        return (text.length() + 3L) / 4;
    }

    /** Tokens of a text that was answered: one for each word. */
    static long words(String text) {
        return text.chars().filter(c -> c == ' ').count() + 1;
    }

    /** All the text of a response. */
    static String text(Response response) {
        return response.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(content -> content.outputText().stream())
                .map(ResponseOutputText::text)
                .collect(Collectors.joining());
    }
}
