package io.sluice.translate;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a recorded answer used, worked out from the provider's own fields by the provider's rule.
 */
final class ExpectedUsage {

    private ExpectedUsage() {}

    /** Input, output and cached tokens; empty where the provider did not say. */
    static long[] of(WireCase recorded) {
        JsonNode usage = recorded.expected().path("usage");
        if (!usage.isObject()) {
            return new long[0];
        }
        return switch (recorded.dialect()) {
            case OPENAI_CHAT -> chat(usage);
            case OPENAI_RESPONSES ->
                    new long[] {
                        usage.path("input_tokens").asLong(),
                        usage.path("output_tokens").asLong(),
                        usage.path("input_tokens_details").path("cached_tokens").asLong()
                    };
            case ANTHROPIC_MESSAGES -> {
                long cached = usage.path("cache_read_input_tokens").asLong();
                yield new long[] {
                    usage.path("input_tokens").asLong()
                            + cached
                            + usage.path("cache_creation_input_tokens").asLong(),
                    usage.path("output_tokens").asLong(),
                    cached
                };
            }
            case BEDROCK_CONVERSE -> {
                long cached = usage.path("cacheReadInputTokens").asLong();
                yield new long[] {
                    usage.path("inputTokens").asLong()
                            + cached
                            + usage.path("cacheWriteInputTokens").asLong(),
                    usage.path("outputTokens").asLong(),
                    cached
                };
            }
            case COHERE_CHAT ->
                    new long[] {
                        usage.path("billed_units").path("input_tokens").asLong(),
                        usage.path("billed_units").path("output_tokens").asLong(),
                        0
                    };
            case OLLAMA_CHAT ->
                    new long[] {
                        usage.path("prompt_eval_count").asLong(),
                        usage.path("eval_count").asLong(),
                        0
                    };
            case GEMINI ->
                    new long[] {
                        usage.path("promptTokenCount").asLong()
                                + usage.path("toolUsePromptTokenCount").asLong(),
                        usage.path("candidatesTokenCount").asLong()
                                + usage.path("thoughtsTokenCount").asLong(),
                        usage.path("cachedContentTokenCount").asLong()
                    };
        };
    }

    /** A part that is missing from the total was left out: reasoning by xAI, sound by Mistral. */
    private static long[] chat(JsonNode usage) {
        long in = usage.path("prompt_tokens").asLong();
        long out = usage.path("completion_tokens").asLong();
        long missing = usage.path("total_tokens").asLong() - in - out;
        long thought = usage.path("completion_tokens_details").path("reasoning_tokens").asLong();
        long heard = usage.path("prompt_tokens_details").path("audio_tokens").asLong();
        if (missing > 0 && missing == thought) {
            out += thought;
        } else if (missing > 0 && missing == heard) {
            in += heard;
        }
        long cached =
                Math.max(
                        usage.path("prompt_tokens_details").path("cached_tokens").asLong(),
                        Math.max(
                                usage.path("prompt_cache_hit_tokens").asLong(),
                                usage.path("cached_tokens").asLong()));
        return new long[] {in, out, Math.min(in, cached)};
    }
}
