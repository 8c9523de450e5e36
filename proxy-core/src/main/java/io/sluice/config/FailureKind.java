package io.sluice.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What went wrong with an attempt, as far as it matters for what is tried next. */
public enum FailureKind {
    /** The provider says that the request is at fault. */
    BAD_REQUEST("BadRequestError"),
    /** The provider does not know the credential, or the model or path under it. */
    AUTHENTICATION("AuthenticationError"),
    /** The provider was silent for too long, or says so. */
    TIMEOUT("TimeoutError"),
    /** The provider has no room for the caller now. */
    RATE_LIMIT("RateLimitError"),
    /** The provider refuses what the request or the answer is about. */
    CONTENT_POLICY("ContentPolicyViolationError"),
    /** The request is longer than the model reads. */
    CONTEXT_WINDOW("ContextWindowExceededError"),
    /** The provider failed, broke off, or could not be reached. */
    INTERNAL("InternalServerError");

    private static final String SUFFIX = "Retries";

    private final String litellmName;

    FailureKind(String litellmName) {
        this.litellmName = litellmName;
    }

    /** The key in {@code retry_policy}: LiteLLM's name of its exception, and {@code Retries}. */
    public String policyKey() {
        return litellmName + SUFFIX;
    }

    /** Its name in metrics and answers. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind with that key in {@code retry_policy}, {@code null} if there is none. */
    public static @Nullable FailureKind ofPolicyKey(String key) {
        for (FailureKind kind : values()) {
            if (kind.policyKey().equals(key)) {
                return kind;
            }
        }
        return null;
    }
}
