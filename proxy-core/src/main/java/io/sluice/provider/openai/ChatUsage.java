package io.sluice.provider.openai;

import io.sluice.json.JsonCursor;
import io.sluice.json.JsonNames;
import io.sluice.json.JsonWriter;
import io.sluice.message.TokenCounts;

/** The usage object of chat completions. */
final class ChatUsage {

    /*
     * Input and output are all that went in and came out. Some providers leave a part out of them
     * and only their total tells: reasoning (xAI, some of OpenRouter's), audio input (Mistral). A
     * part is added where exactly that part is missing from the total.
     */

    private static final JsonNames NAMES =
            JsonNames.of(
                    "prompt_tokens",
                    "completion_tokens",
                    "total_tokens",
                    "prompt_tokens_details",
                    "completion_tokens_details",
                    "prompt_cache_hit_tokens",
                    "cache_read_input_tokens",
                    "cache_creation_input_tokens",
                    "cached_tokens",
                    "cache_write_tokens",
                    "audio_tokens",
                    "reasoning_tokens");

    private ChatUsage() {}

    /** Reads the value that comes next; says whether it was a usage object. */
    static boolean read(JsonCursor json, TokenCounts counts) {
        if (!json.tryObject()) {
            return false;
        }
        long in = 0;
        long out = 0;
        long all = 0;
        counts.clear();
        while (json.nextField()) {
            switch (json.name(NAMES)) {
                case "prompt_tokens" -> in = json.integer();
                case "completion_tokens" -> out = json.integer();
                case "total_tokens" -> all = json.integer();
                case "prompt_tokens_details" -> readInput(json, counts);
                case "completion_tokens_details" -> readOutput(json, counts);
                case "prompt_cache_hit_tokens", "cache_read_input_tokens", "cached_tokens" ->
                        counts.setCached(Math.max(counts.cached(), json.integer()));
                case "cache_creation_input_tokens" ->
                        counts.setCacheWrite(Math.max(counts.cacheWrite(), json.integer()));
                default -> json.skip();
            }
        }
        long missing = all - in - out;
        if (missing > 0 && missing == counts.reasoning()) {
            out += missing;
        } else if (missing > 0 && missing == counts.audioInput()) {
            in += missing;
        }
        counts.setInput(in);
        counts.setCached(Math.min(counts.cached(), in));
        counts.setOutput(out);
        counts.setReasoning(Math.min(counts.reasoning(), out));
        return true;
    }

    /** Writes the object. */
    static void write(TokenCounts counts, JsonWriter json) {
        json.beginObject();
        json.number("prompt_tokens", counts.input());
        json.number("completion_tokens", counts.output());
        json.number("total_tokens", counts.input() + counts.output());
        json.name("prompt_tokens_details").beginObject();
        json.number("cached_tokens", counts.cached());
        if (counts.cacheWrite() > 0) {
            json.number("cache_write_tokens", counts.cacheWrite());
        }
        json.number("audio_tokens", counts.audioInput()).endObject();
        json.name("completion_tokens_details").beginObject();
        json.number("reasoning_tokens", counts.reasoning());
        json.number("audio_tokens", counts.audioOutput()).endObject();
        if (counts.cached() > 0 || counts.cacheWrite() > 0) {
            json.number("cache_read_input_tokens", counts.cached());
            json.number("cache_creation_input_tokens", counts.cacheWrite());
        }
        json.endObject();
    }

    private static void readInput(JsonCursor json, TokenCounts counts) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(NAMES)) {
                case "cached_tokens" -> counts.setCached(Math.max(counts.cached(), json.integer()));
                case "cache_write_tokens" ->
                        counts.setCacheWrite(Math.max(counts.cacheWrite(), json.integer()));
                case "audio_tokens" -> counts.setAudioInput(json.integer());
                default -> json.skip();
            }
        }
    }

    private static void readOutput(JsonCursor json, TokenCounts counts) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(NAMES)) {
                case "reasoning_tokens" -> counts.setReasoning(json.integer());
                case "audio_tokens" -> counts.setAudioOutput(json.integer());
                default -> json.skip();
            }
        }
    }
}
