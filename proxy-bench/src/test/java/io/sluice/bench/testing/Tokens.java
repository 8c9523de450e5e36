package io.sluice.bench.testing;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Token counts of one answer, {@code -1} where nothing was said.
 *
 * @param input all that went in, cached parts included
 * @param output all that came out, reasoning included
 */
public record Tokens(long input, long output, long cached) {

    private static final Tokens NONE = new Tokens(-1, -1, -1);

    /** Whether it may have been counted by the gateway, which knows of no cache. */
    public boolean isEstimate() {
        return input >= 0 && output >= 0 && cached == 0;
    }

    /** What the access log says. */
    public static Tokens logged(JsonNode line) {
        return new Tokens(
                line.path("input_tokens").asLong(-1),
                line.path("output_tokens").asLong(-1),
                line.path("cached_tokens").asLong(-1));
    }

    /**
     * What a provider's usage object of OpenAI's dialects means. Some leave reasoning or audio out
     * of the two counts; the total tells.
     */
    public static Tokens recorded(JsonNode usage) {
        if (!usage.isObject()) {
            return NONE;
        }
        boolean chat = usage.has("prompt_tokens");
        String in = chat ? "prompt_tokens" : "input_tokens";
        String out = chat ? "completion_tokens" : "output_tokens";
        long input = usage.path(in).asLong();
        long output = usage.path(out).asLong();
        long missing = usage.path("total_tokens").asLong(input + output) - input - output;
        long reasoning = usage.path(out + "_details").path("reasoning_tokens").asLong();
        long audio = usage.path(in + "_details").path("audio_tokens").asLong();
        if (input + output == 0) {
            input = missing;
        } else if (missing > 0 && missing == reasoning) {
            output += missing;
        } else if (missing > 0 && missing == audio) {
            input += missing;
        }
        return new Tokens(input, output, cached(usage, in));
    }

    /** What Anthropic's usage object means; rounds that are no messages are beside the counts. */
    public static Tokens ofMessage(JsonNode usage) {
        if (!usage.isObject()) {
            return NONE;
        }
        Tokens sum = round(usage);
        for (JsonNode round : usage.path("iterations")) {
            if (!round.path("type").asText().equals("message")) {
                Tokens more = round(round);
                sum =
                        new Tokens(
                                sum.input + more.input,
                                sum.output + more.output,
                                sum.cached + more.cached);
            }
        }
        return sum;
    }

    private static Tokens round(JsonNode usage) {
        long read = usage.path("cache_read_input_tokens").asLong();
        long written = usage.path("cache_creation_input_tokens").asLong();
        return new Tokens(
                usage.path("input_tokens").asLong() + read + written,
                usage.path("output_tokens").asLong(),
                read);
    }

    /** What Gemini's usage object means. */
    public static Tokens ofContent(JsonNode usage) {
        return usage.isObject()
                ? new Tokens(
                        usage.path("promptTokenCount").asLong()
                                + usage.path("toolUsePromptTokenCount").asLong(),
                        usage.path("candidatesTokenCount").asLong()
                                + usage.path("thoughtsTokenCount").asLong(),
                        usage.path("cachedContentTokenCount").asLong())
                : NONE;
    }

    private static long cached(JsonNode usage, String in) {
        if (usage.path(in + "_details").has("cached_tokens")) {
            return usage.path(in + "_details").path("cached_tokens").asLong();
        }
        for (String name :
                new String[] {
                    "prompt_cache_hit_tokens",
                    "cached_tokens",
                    "num_cached_tokens",
                    "cache_read_input_tokens"
                }) {
            if (usage.has(name)) {
                return usage.path(name).asLong();
            }
        }
        return usage.path("prompt_token_details").path("cached_tokens").asLong();
    }
}
