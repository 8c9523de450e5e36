package io.sluice.message;

import org.jspecify.annotations.Nullable;

/** What a caller may ask of a model, in one of the dialects. */
public enum Endpoint {
    CHAT_COMPLETIONS(Dialect.OPENAI_CHAT, "chat/completions", "messages"),
    COMPLETIONS(Dialect.OPENAI_CHAT, "completions", "prompt"),
    EMBEDDINGS(Dialect.OPENAI_CHAT, "embeddings", "input"),
    MODERATIONS(Dialect.OPENAI_CHAT, "moderations", "input"),
    /** Which of some documents answer a query best, as Cohere and those after it have it. */
    RERANK(Dialect.OPENAI_CHAT, "rerank", null),
    RESPONSES(Dialect.OPENAI_RESPONSES, "responses", "input"),
    /** A stored response by its id: read, delete, cancel, list its input. */
    STORED_RESPONSE(Dialect.OPENAI_RESPONSES, "responses/", null),
    MESSAGES(Dialect.ANTHROPIC_MESSAGES, "messages", "messages"),
    /** How many tokens a message would take. */
    MESSAGE_TOKENS(Dialect.ANTHROPIC_MESSAGES, "messages/count_tokens", "messages"),
    GENERATE_CONTENT(Dialect.GEMINI, "generateContent", "contents"),
    STREAM_GENERATE_CONTENT(Dialect.GEMINI, "streamGenerateContent", "contents"),
    /** How many tokens a content would take. */
    CONTENT_TOKENS(Dialect.GEMINI, "countTokens", null),
    EMBED_CONTENT(Dialect.GEMINI, "embedContent", "content"),
    BATCH_EMBED_CONTENTS(Dialect.GEMINI, "batchEmbedContents", "requests");

    private final Dialect dialect;
    private final String path;
    private final @Nullable String subject;

    Endpoint(Dialect dialect, String path, @Nullable String subject) {
        this.dialect = dialect;
        this.path = path;
        this.subject = subject;
    }

    /** The dialect it belongs to. */
    public Dialect dialect() {
        return dialect;
    }

    /** The path below {@code /v1/}; in Gemini's dialect what stands behind the model's colon. */
    public String path() {
        return path;
    }

    /** The field of the body that holds what is asked, or {@code null} where none must be there. */
    public @Nullable String subject() {
        return subject;
    }

    /** Whether it takes a body. */
    public boolean hasBody() {
        return this != STORED_RESPONSE;
    }

    /** Whether providers ask nothing for it: no model works for its answer. */
    public boolean isFree() {
        return switch (this) {
            case STORED_RESPONSE, MESSAGE_TOKENS, CONTENT_TOKENS -> true;
            default -> false;
        };
    }

    /** Whether a model says something in its answer. */
    public boolean makesText() {
        return switch (this) {
            case CHAT_COMPLETIONS,
                    COMPLETIONS,
                    RESPONSES,
                    STORED_RESPONSE,
                    MESSAGES,
                    GENERATE_CONTENT,
                    STREAM_GENERATE_CONTENT ->
                    true;
            case EMBEDDINGS,
                    MODERATIONS,
                    RERANK,
                    MESSAGE_TOKENS,
                    CONTENT_TOKENS,
                    EMBED_CONTENT,
                    BATCH_EMBED_CONTENTS ->
                    false;
        };
    }

    /** The endpoint of Gemini's dialect behind a model's colon, or {@code null}. */
    public static @Nullable Endpoint ofGemini(String verb) {
        return switch (verb) {
            case "generateContent" -> GENERATE_CONTENT;
            case "streamGenerateContent" -> STREAM_GENERATE_CONTENT;
            case "countTokens" -> CONTENT_TOKENS;
            case "embedContent" -> EMBED_CONTENT;
            case "batchEmbedContents" -> BATCH_EMBED_CONTENTS;
            default -> null;
        };
    }
}
