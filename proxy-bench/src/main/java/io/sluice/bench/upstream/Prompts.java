package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.JsonNode;

/** What a body asks, in any of the shapes it may have. */
final class Prompts {

    private Prompts() {}

    /** The last user message, or the whole input where there are no messages. */
    static String last(JsonNode subject) {
        if (!subject.isArray()) {
            return subject.asText("");
        }
        String last = "";
        for (JsonNode item : subject) {
            if (item.path("role").asText("user").equals("user") && !isToolResult(item)) {
                last = item.isTextual() ? item.asText() : text(item.path("content"));
            }
        }
        return last;
    }

    /** Whether the last thing said is what a function returned. */
    static boolean endsWithToolResult(JsonNode subject) {
        return subject.isArray()
                && !subject.isEmpty()
                && isToolResult(subject.get(subject.size() - 1));
    }

    /** Tokens of everything that is asked: four characters each, and three for each message. */
    static long tokens(JsonNode subject) {
        if (subject.isTextual()) {
            return (subject.asText().length() + 3L) / 4;
        }
        if (subject.isNumber()) {
            return 1;
        }
        long tokens = 0;
        for (JsonNode child : subject) {
            tokens += tokens(child);
        }
        return subject.has("role") ? tokens + 3 : tokens;
    }

    private static boolean isToolResult(JsonNode item) {
        return item.path("role").asText("").equals("tool")
                || item.path("type").asText("").equals("function_call_output");
    }

    private static String text(JsonNode content) {
        if (!content.isArray()) {
            return content.asText("");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            text.append(part.path("text").asText(""));
        }
        return text.toString();
    }
}
