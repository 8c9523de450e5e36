package io.sluice.provider.gemini;

import io.sluice.json.JsonCursor;
import io.sluice.json.JsonNames;
import io.sluice.json.JsonWriter;
import io.sluice.message.TokenCounts;

/** Gemini's usage, which counts thoughts and what tools put into the prompt apart. */
final class GeminiUsage {

    private static final JsonNames NAMES =
            JsonNames.of(
                    "promptTokenCount",
                    "cachedContentTokenCount",
                    "candidatesTokenCount",
                    "thoughtsTokenCount",
                    "toolUsePromptTokenCount");

    private long prompt;
    private long toolPrompt;
    private long candidates;
    private long thoughts;

    /** Reads the value that comes next over what was read before; says whether it counts. */
    boolean read(JsonCursor json, TokenCounts counts) {
        if (!json.tryObject()) {
            return false;
        }
        while (json.nextField()) {
            switch (json.name(NAMES)) {
                case "promptTokenCount" -> prompt = json.integer();
                case "toolUsePromptTokenCount" -> toolPrompt = json.integer();
                case "candidatesTokenCount" -> candidates = json.integer();
                case "thoughtsTokenCount" -> thoughts = json.integer();
                case "cachedContentTokenCount" -> counts.setCached(json.integer());
                default -> json.skip();
            }
        }
        counts.setInput(prompt + toolPrompt);
        counts.setOutput(candidates + thoughts);
        counts.setReasoning(thoughts);
        return true;
    }

    /** Writes the object. */
    static void write(TokenCounts counts, JsonWriter json) {
        json.beginObject().number("promptTokenCount", counts.input());
        if (counts.cached() > 0) {
            json.number("cachedContentTokenCount", counts.cached());
        }
        json.number("candidatesTokenCount", Math.max(0, counts.output() - counts.reasoning()));
        if (counts.reasoning() > 0) {
            json.number("thoughtsTokenCount", counts.reasoning());
        }
        json.number("totalTokenCount", counts.input() + counts.output()).endObject();
    }
}
