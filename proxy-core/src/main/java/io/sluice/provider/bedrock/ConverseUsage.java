package io.sluice.provider.bedrock;

import io.sluice.json.JsonCursor;
import io.sluice.json.JsonNames;
import io.sluice.json.JsonType;
import io.sluice.message.TokenCounts;

/** The usage object of Converse, whose input leaves out what came from the cache or went to it. */
final class ConverseUsage {

    private static final JsonNames NAMES =
            JsonNames.of(
                    "inputTokens",
                    "outputTokens",
                    "cacheReadInputTokens",
                    "cacheWriteInputTokens",
                    "cacheDetails",
                    "ttl");

    private ConverseUsage() {}

    /** Reads the object that comes next; says whether there was one. */
    static boolean read(JsonCursor json, TokenCounts counts) {
        if (!json.tryObject()) {
            return false;
        }
        long fresh = 0;
        long output = 0;
        while (json.nextField()) {
            switch (json.name(NAMES)) {
                case "inputTokens" -> fresh = json.integer();
                case "outputTokens" -> output = json.integer();
                case "cacheReadInputTokens" -> counts.setCached(json.integer());
                case "cacheWriteInputTokens" -> counts.setCacheWrite(json.integer());
                case "cacheDetails" -> readDetails(json, counts);
                default -> json.skip();
            }
        }
        counts.setInput(fresh + counts.cached() + counts.cacheWrite());
        counts.setOutput(output);
        return true;
    }

    /** What was written to the cache by how long it is kept. */
    private static void readDetails(JsonCursor json, TokenCounts counts) {
        if (!json.tryArray()) {
            return;
        }
        while (json.nextElement()) {
            if (!json.tryObject()) {
                continue;
            }
            long tokens = 0;
            boolean isHour = false;
            while (json.nextField()) {
                switch (json.name(NAMES)) {
                    case "inputTokens" -> tokens = json.integer();
                    case "ttl" -> {
                        if (json.is(JsonType.STRING)) {
                            isHour = json.string().is("1h");
                        } else {
                            json.skip();
                        }
                    }
                    default -> json.skip();
                }
            }
            if (isHour) {
                counts.setCacheWriteHour(tokens);
            }
        }
    }
}
