package io.sluice.provider.anthropic;

import io.sluice.json.JsonCursor;
import io.sluice.json.JsonNames;
import io.sluice.json.JsonType;
import io.sluice.json.JsonWriter;
import io.sluice.message.TokenCounts;

/** The usage object of Messages, whose input leaves out what came from the cache or went to it. */
final class MessagesUsage {

    private static final JsonNames NAMES =
            JsonNames.of(
                    "input_tokens",
                    "cache_creation_input_tokens",
                    "cache_read_input_tokens",
                    "output_tokens",
                    "cache_creation",
                    "ephemeral_1h_input_tokens",
                    "output_tokens_details",
                    "thinking_tokens");

    private long fresh;

    /** Reads the value that comes next over what was read before; says whether it counts. */
    boolean read(JsonCursor json, TokenCounts counts) {
        if (!json.tryObject()) {
            return false;
        }
        long output = counts.output();
        while (json.nextField()) {
            if (json.is(JsonType.NULL)) {
                json.skip();
                continue;
            }
            switch (json.name(NAMES)) {
                case "input_tokens" -> fresh = json.integer();
                case "cache_creation_input_tokens" -> counts.setCacheWrite(json.integer());
                case "cache_read_input_tokens" -> counts.setCached(json.integer());
                case "output_tokens" -> output = json.integer();
                case "cache_creation" -> readNested(json, counts);
                case "output_tokens_details" -> readNested(json, counts);
                default -> json.skip();
            }
        }
        counts.setInput(fresh + counts.cached() + counts.cacheWrite());
        counts.setOutput(output);
        return true;
    }

    private static void readNested(JsonCursor json, TokenCounts counts) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(NAMES)) {
                case "ephemeral_1h_input_tokens" -> counts.setCacheWriteHour(json.integer());
                case "thinking_tokens" -> counts.setReasoning(json.integer());
                default -> json.skip();
            }
        }
    }

    /** Writes the whole object, with all that the dialect requires in it. */
    static void write(TokenCounts counts, JsonWriter json) {
        json.beginObject();
        writeCounts(counts, json);
        json.name("cache_creation").beginObject();
        json.number("ephemeral_5m_input_tokens", counts.cacheWrite() - counts.cacheWriteHour());
        json.number("ephemeral_1h_input_tokens", counts.cacheWriteHour()).endObject();
        json.name("server_tool_use").nul();
        json.name("inference_geo").nul();
        json.word("service_tier", "standard").endObject();
    }

    /** Writes the object at the end of a stream. */
    static void writeFinal(TokenCounts counts, JsonWriter json) {
        json.beginObject();
        writeCounts(counts, json);
        json.name("server_tool_use").nul();
        json.endObject();
    }

    private static void writeCounts(TokenCounts counts, JsonWriter json) {
        json.number("input_tokens", counts.freshInput());
        json.number("cache_creation_input_tokens", counts.cacheWrite());
        json.number("cache_read_input_tokens", counts.cached());
        json.number("output_tokens", counts.output());
        if (counts.reasoning() > 0) {
            json.name("output_tokens_details").beginObject();
            json.number("thinking_tokens", counts.reasoning()).endObject();
        }
    }
}
