package io.sluice.provider.bedrock;

import io.sluice.json.JsonNames;
import io.sluice.json.JsonText;
import io.sluice.message.StopReason;

/** Why an answer ended, in the words of Converse. */
final class ConverseReasons {

    private static final JsonNames WORDS =
            JsonNames.of(
                    "end_turn",
                    "tool_use",
                    "max_tokens",
                    "model_context_window_exceeded",
                    "stop_sequence",
                    "guardrail_intervened",
                    "content_filtered");

    private ConverseReasons() {}

    static StopReason read(JsonText word) {
        return switch (WORDS.find(word.bytes(), word.from(), word.to())) {
            case "max_tokens", "model_context_window_exceeded" -> StopReason.LENGTH;
            case "stop_sequence" -> StopReason.STOP_SEQUENCE;
            case "tool_use" -> StopReason.TOOL_CALLS;
            case "guardrail_intervened", "content_filtered" -> StopReason.CONTENT_FILTER;
            default -> StopReason.END;
        };
    }
}
