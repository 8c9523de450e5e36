package io.sluice.message;

import java.util.Locale;

/**
 * A language that callers and providers speak: its paths, the form of its bodies and streams, and
 * how it tells of usage and errors. A caller's follows from the path it calls, a provider's from
 * what is known of the provider; where both are one, bodies are relayed, else translated.
 */
public enum Dialect {
    /**
     * OpenAI's, except its Responses: chat completions, and with them completions, embeddings and
     * moderations, which share its errors and its usage.
     */
    OPENAI_CHAT,

    /** OpenAI's Responses. */
    OPENAI_RESPONSES,

    /** Anthropic's Messages. */
    ANTHROPIC_MESSAGES,

    /** Gemini's {@code generateContent} and what goes with it. */
    GEMINI,

    /** Amazon Bedrock's Converse, which providers speak and callers do not. */
    BEDROCK_CONVERSE,

    /** Cohere's chat of version 2, which providers speak and callers do not. */
    COHERE_CHAT,

    /** Ollama's own chat, which providers speak and callers do not. */
    OLLAMA_CHAT;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** Its name in configuration, logs and metrics. */
    public String wireName() {
        return wireName;
    }

    /** Whether callers may speak it; the others are only translated to. */
    public boolean isOfCallers() {
        return switch (this) {
            case OPENAI_CHAT, OPENAI_RESPONSES, ANTHROPIC_MESSAGES, GEMINI -> true;
            case BEDROCK_CONVERSE, COHERE_CHAT, OLLAMA_CHAT -> false;
        };
    }

    /** Whether errors, heads and keys are in OpenAI's form. */
    public boolean isOpenAi() {
        return this == OPENAI_CHAT || this == OPENAI_RESPONSES;
    }
}
