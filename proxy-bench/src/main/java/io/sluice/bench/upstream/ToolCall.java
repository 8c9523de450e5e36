package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A function that the answer calls.
 *
 * @param arguments JSON that the function's schema allows, in the fragments it is streamed in
 */
record ToolCall(String id, String itemId, String name, Wording arguments) {

    private static final int FRAGMENT = 6;

    static ToolCall of(String name, JsonNode tools, long seed, long ordinal) {
        long own = Seeds.of(seed, name);
        String arguments = SampleJson.of(schema(name, tools), own).toString();
        return new ToolCall(
                Seeds.id("call_", own, ordinal),
                Seeds.id("fc_", own, ordinal),
                name,
                Wording.of(arguments, FRAGMENT));
    }

    /** Completion tokens: one for the name and one for each fragment. */
    long tokens() {
        return 1L + arguments.count();
    }

    /** Chat nests a function in {@code function}, Responses does not. */
    static JsonNode function(JsonNode tool) {
        return tool.has("function") ? tool.get("function") : tool;
    }

    private static JsonNode schema(String name, JsonNode tools) {
        for (JsonNode tool : tools) {
            if (function(tool).path("name").asText("").equals(name)) {
                return function(tool).path("parameters");
            }
        }
        return tools.path("none");
    }
}
