package io.sluice.message;

/** What a caller may ask of a model. */
public enum Endpoint {
    CHAT_COMPLETIONS("chat/completions", "messages"),
    COMPLETIONS("completions", "prompt"),
    EMBEDDINGS("embeddings", "input"),
    MODERATIONS("moderations", "input"),
    RESPONSES("responses", "input"),
    /** A stored response by its id: read, delete, cancel, list its input. */
    STORED_RESPONSE("responses/", null);

    private final String path;
    private final @org.jspecify.annotations.Nullable String subject;

    Endpoint(String path, @org.jspecify.annotations.Nullable String subject) {
        this.path = path;
        this.subject = subject;
    }

    /** The path below {@code /v1/}. */
    public String path() {
        return path;
    }

    /** The field of the body that holds what is asked, or {@code null} where there is no body. */
    public @org.jspecify.annotations.Nullable String subject() {
        return subject;
    }
}
