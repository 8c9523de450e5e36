package io.sluice.translate;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.message.Dialect;
import io.sluice.message.StopReason;
import org.jspecify.annotations.Nullable;

/** How a recorded answer ended, and how another dialect says that. */
final class ExpectedStop {

    private ExpectedStop() {}

    /** The caller's word, or the empty string where the recording says nothing that is known. */
    static String of(WireCase recorded, Dialect caller, boolean callsTools) {
        StopReason reason = reason(recorded);
        if (reason == null) {
            return "";
        }
        if (callsTools && reason == StopReason.END) {
            reason =
                    recorded.dialect() == Dialect.OPENAI_CHAT && caller == Dialect.OPENAI_CHAT
                            ? StopReason.END
                            : StopReason.TOOL_CALLS;
        }
        return word(reason, caller);
    }

    private static @Nullable StopReason reason(WireCase recorded) {
        JsonNode expected = recorded.expected();
        String word = expected.path("finish_reason").asText("");
        if (recorded.dialect() == Dialect.OPENAI_RESPONSES && expected.has("incomplete_reason")) {
            word = expected.get("incomplete_reason").asText();
        }
        return switch (word) {
            case "stop", "end_turn", "STOP", "completed", "eos", "COMPLETE" -> StopReason.END;
            case "length", "max_tokens", "MAX_TOKENS", "max_output_tokens" -> StopReason.LENGTH;
            case "tool_calls", "function_call", "tool_use", "TOOL_CALL" -> StopReason.TOOL_CALLS;
            case "stop_sequence", "STOP_SEQUENCE" -> StopReason.STOP_SEQUENCE;
            case "pause_turn" -> StopReason.PAUSE;
            case "content_filter",
                    "SAFETY",
                    "PROHIBITED_CONTENT",
                    "guardrail_intervened",
                    "content_filtered" ->
                    StopReason.CONTENT_FILTER;
            case "refusal" -> StopReason.REFUSAL;
            default -> null;
        };
    }

    private static String word(StopReason reason, Dialect caller) {
        return switch (caller) {
            case OPENAI_CHAT ->
                    switch (reason) {
                        case END, STOP_SEQUENCE, PAUSE -> "stop";
                        case LENGTH -> "length";
                        case TOOL_CALLS -> "tool_calls";
                        case CONTENT_FILTER, REFUSAL -> "content_filter";
                    };
            case ANTHROPIC_MESSAGES ->
                    switch (reason) {
                        case END -> "end_turn";
                        case STOP_SEQUENCE -> "stop_sequence";
                        case PAUSE -> "pause_turn";
                        case LENGTH -> "max_tokens";
                        case TOOL_CALLS -> "tool_use";
                        case CONTENT_FILTER, REFUSAL -> "refusal";
                    };
            case GEMINI ->
                    switch (reason) {
                        case END, STOP_SEQUENCE, PAUSE, TOOL_CALLS -> "STOP";
                        case LENGTH -> "MAX_TOKENS";
                        case CONTENT_FILTER, REFUSAL -> "SAFETY";
                    };
            case OPENAI_RESPONSES ->
                    switch (reason) {
                        case END, STOP_SEQUENCE, PAUSE, TOOL_CALLS -> "completed";
                        case LENGTH -> "max_output_tokens";
                        case CONTENT_FILTER -> "content_filter";
                        case REFUSAL -> "completed";
                    };
            case BEDROCK_CONVERSE, COHERE_CHAT, OLLAMA_CHAT ->
                    throw new AssertionError("no caller speaks " + caller);
        };
    }
}
