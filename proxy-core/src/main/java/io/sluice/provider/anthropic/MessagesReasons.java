package io.sluice.provider.anthropic;

import io.sluice.json.JsonNames;
import io.sluice.json.JsonText;
import io.sluice.message.StopReason;

/** Why an answer ended, in the words of Messages. */
final class MessagesReasons {

    private static final JsonNames WORDS =
            JsonNames.of(
                    "end_turn",
                    "max_tokens",
                    "model_context_window_exceeded",
                    "stop_sequence",
                    "tool_use",
                    "pause_turn",
                    "compaction",
                    "refusal");

    private MessagesReasons() {}

    static StopReason read(JsonText word) {
        return switch (WORDS.find(word.bytes(), word.from(), word.to())) {
            case "max_tokens", "model_context_window_exceeded" -> StopReason.LENGTH;
            case "stop_sequence" -> StopReason.STOP_SEQUENCE;
            case "tool_use" -> StopReason.TOOL_CALLS;
            case "pause_turn", "compaction" -> StopReason.PAUSE;
            case "refusal" -> StopReason.REFUSAL;
            default -> StopReason.END;
        };
    }

    /** The word; an answer that calls tools has ended for their sake, whatever else was said. */
    static String word(StopReason reason, boolean callsTools) {
        return switch (reason) {
            case END -> callsTools ? "tool_use" : "end_turn";
            case LENGTH -> "max_tokens";
            case STOP_SEQUENCE -> "stop_sequence";
            case TOOL_CALLS -> "tool_use";
            case CONTENT_FILTER, REFUSAL -> "refusal";
            case PAUSE -> "pause_turn";
        };
    }
}
