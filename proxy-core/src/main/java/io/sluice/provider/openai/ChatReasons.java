package io.sluice.provider.openai;

import io.sluice.message.StopReason;

/** Why a chat completion ended, in its own words. */
final class ChatReasons {

    private ChatReasons() {}

    static String word(StopReason reason) {
        return switch (reason) {
            case END, STOP_SEQUENCE, PAUSE -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> "tool_calls";
            case CONTENT_FILTER, REFUSAL -> "content_filter";
        };
    }
}
