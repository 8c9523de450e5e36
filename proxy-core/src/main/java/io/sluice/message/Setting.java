package io.sluice.message;

/** What may be said about a call beside its messages and tools; each value is a JSON value. */
public enum Setting {
    TEMPERATURE,
    TOP_P,
    TOP_K,
    FREQUENCY_PENALTY,
    PRESENCE_PENALTY,
    SEED,
    /** How many answers are wanted. */
    CHOICES,
    /** Whether probabilities are wanted. */
    LOGPROBS,
    TOP_LOGPROBS,
    LOGIT_BIAS,
    /** Who asks, as the caller calls them. */
    USER,
    METADATA,
    SERVICE_TIER,
    /** Whether the provider keeps the answer. */
    STORE,
    /** How long the answer should be, in a word. */
    VERBOSITY,
    PROMPT_CACHE_KEY,
    PROMPT_CACHE_RETENTION,
    SAFETY_IDENTIFIER,
    /** What the answer is made of: text, audio, images. */
    MODALITIES,
    /** The voice and format of audio output. */
    AUDIO,
    /** Text that is known to come. */
    PREDICTION,
    WEB_SEARCH,
    SAFETY_SETTINGS,
    CACHED_CONTENT,
    CONTAINER,
    CONTEXT_MANAGEMENT,
    MCP_SERVERS,
    INFERENCE_GEO,
    MEDIA_RESOLUTION,
    /** The response that this one goes on from. */
    PREVIOUS_RESPONSE,
    INCLUDE,
    TRUNCATION,
    BACKGROUND
}
