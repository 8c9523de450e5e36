package io.sluice.usage;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.sluice.testing.Cuts;
import org.jspecify.annotations.Nullable;

/** All that a meter says of one answer. */
record Reading(
        Usage.Origin origin,
        long input,
        long output,
        long cached,
        long cacheWrite,
        long reasoning,
        long audioInput,
        long audioOutput,
        boolean terminal,
        boolean error,
        boolean boundary,
        long events,
        String id,
        String model) {

    static Reading of(AnswerMeter meter) {
        Usage usage = meter.usage();
        return new Reading(
                usage.origin(),
                usage.inputTokens(),
                usage.outputTokens(),
                usage.cachedInputTokens(),
                usage.cacheWriteTokens(),
                usage.reasoningTokens(),
                usage.audioInputTokens(),
                usage.audioOutputTokens(),
                meter.isTerminalSeen(),
                meter.isErrorSeen(),
                meter.atEventBoundary(),
                meter.events(),
                meter.hasResponseId() ? meter.responseId() : "",
                meter.hasModel() ? meter.model() : "");
    }

    /** What {@code meter} says of {@code body} cut at {@code cut}. */
    static Reading of(AnswerMeter meter, AnswerMeter.Kind kind, ByteBuf body, int[] cut) {
        meter.start(kind);
        Cuts.feed(body, cut, meter::scan);
        meter.finish();
        return of(meter);
    }

    /** What {@code meter} says of {@code body} cut at {@code cut}. */
    static Reading of(AnswerMeter meter, AnswerMeter.Kind kind, byte[] body, int[] cut) {
        ByteBuf buf = Cuts.bedded(body);
        try {
            return of(meter, kind, buf, cut);
        } finally {
            buf.release();
        }
    }

    /** Whether the counts are those of the provider's usage object, read in another way. */
    boolean matches(RecordedCase recorded) {
        JsonNode usage = recorded.usage();
        if (usage == null) {
            return matches(usage);
        }
        return recorded.isAnthropic()
                ? matchesAnthropic(usage)
                : recorded.isGemini() ? matchesGemini(usage) : matches(usage);
    }

    /** The rounds that are not messages are charged beside the counts. */
    private boolean matchesAnthropic(JsonNode usage) {
        long read = usage.path("cache_read_input_tokens").asLong();
        long written = usage.path("cache_creation_input_tokens").asLong();
        long in = usage.path("input_tokens").asLong() + read + written;
        long out = usage.path("output_tokens").asLong();
        for (JsonNode round : usage.path("iterations")) {
            if (!round.path("type").asText().equals("message")) {
                in += round.path("input_tokens").asLong();
                in += round.path("cache_read_input_tokens").asLong();
                in += round.path("cache_creation_input_tokens").asLong();
                read += round.path("cache_read_input_tokens").asLong();
                written += round.path("cache_creation_input_tokens").asLong();
                out += round.path("output_tokens").asLong();
            }
        }
        JsonNode thought = usage.path("output_tokens_details").path("thinking_tokens");
        return origin == Usage.Origin.REPORTED
                && input == in
                && output == out
                && cached == read
                && cacheWrite == written
                && reasoning == thought.asLong();
    }

    private boolean matchesGemini(JsonNode usage) {
        long thoughts = usage.path("thoughtsTokenCount").asLong();
        long in =
                usage.path("promptTokenCount").asLong()
                        + usage.path("toolUsePromptTokenCount").asLong();
        return origin == Usage.Origin.REPORTED
                && input == in
                && output == usage.path("candidatesTokenCount").asLong() + thoughts
                && cached == usage.path("cachedContentTokenCount").asLong()
                && reasoning == thoughts
                && audioInput == modality(usage.path("promptTokensDetails"), "AUDIO")
                && audioOutput == modality(usage.path("candidatesTokensDetails"), "AUDIO");
    }

    private static long modality(JsonNode details, String name) {
        long sum = 0;
        for (JsonNode one : details) {
            if (one.path("modality").asText().equals(name)) {
                sum += one.path("tokenCount").asLong();
            }
        }
        return sum;
    }

    private boolean matches(@Nullable JsonNode usage) {
        if (usage == null) {
            return origin == Usage.Origin.NONE && input == 0 && output == 0;
        }
        boolean chat = usage.has("prompt_tokens");
        JsonNode in = usage.path(chat ? "prompt_tokens_details" : "input_tokens_details");
        JsonNode out = usage.path(chat ? "completion_tokens_details" : "output_tokens_details");
        long reasoned = out.path("reasoning_tokens").asLong();
        long heard = in.path("audio_tokens").asLong();
        long expectedInput = usage.path(chat ? "prompt_tokens" : "input_tokens").asLong();
        long expectedOutput = usage.path(chat ? "completion_tokens" : "output_tokens").asLong();
        long total = usage.path("total_tokens").asLong(expectedInput + expectedOutput);
        if (total == expectedInput + expectedOutput + reasoned) {
            expectedOutput += total - expectedInput - expectedOutput;
        } else if (total == expectedInput + expectedOutput + heard) {
            expectedInput += heard;
        } else if (expectedInput + expectedOutput == 0) {
            expectedInput = total;
        }
        long hits = usage.path("prompt_cache_hit_tokens").asLong();
        return origin == Usage.Origin.REPORTED
                && input == expectedInput
                && output == expectedOutput
                && (in.has("cached_tokens")
                        ? cached == in.path("cached_tokens").asLong()
                        : hits == 0 || cached == hits)
                && (!in.has("cache_write_tokens")
                        || cacheWrite == in.path("cache_write_tokens").asLong())
                && (!out.has("reasoning_tokens") || reasoning == reasoned)
                && audioInput == heard
                && audioOutput == out.path("audio_tokens").asLong();
    }
}
