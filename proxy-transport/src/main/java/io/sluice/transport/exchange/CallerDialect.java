package io.sluice.transport.exchange;

import io.sluice.http.HeaderName;
import io.sluice.http.RequestHead;
import io.sluice.message.Dialect;

/** The dialect of callers whose path is not one dialect's alone. */
final class CallerDialect {

    private CallerDialect() {}

    /**
     * What a caller speaks that asks for no model: Anthropic's where it says so, as its clients do
     * in every call, or uses its paths; Gemini's by its key's field or its paths; else OpenAI's.
     */
    static Dialect of(RequestHead head) {
        if (head.find("anthropic-version") >= 0
                || head.pathStartsWith("/v1/messages")
                || head.pathStartsWith("/anthropic/")) {
            return Dialect.ANTHROPIC_MESSAGES;
        }
        boolean isGemini =
                head.find(HeaderName.X_GOOG_API_KEY) >= 0
                        || head.pathStartsWith("/v1beta/")
                        || head.pathStartsWith("/gemini/");
        boolean isOpenAi =
                head.pathStartsWith("/v1beta/openai/")
                        || head.pathStartsWith("/gemini/v1beta/openai/");
        return isGemini && !isOpenAi ? Dialect.GEMINI : Dialect.OPENAI_CHAT;
    }
}
