package io.sluice.usage;

/**
 * What one answer says it used, in tokens.
 *
 * <p>Each count is a field of its own. {@link #inputTokens} is all that went in, cached parts
 * included; {@link #outputTokens} is all that came out, reasoning included: where a provider counts
 * these apart, its reader adds them up.
 *
 * <p>Mutable, filled by a reader while the answer passes. Confined to one event loop until the call
 * has ended; not changed after.
 */
public final class Usage {

    /** Where the counts come from. */
    public enum Origin {
        /** Nothing was said and nothing was counted. */
        NONE,
        /** The provider said so. */
        REPORTED,
        /** Counted by the gateway. */
        ESTIMATED
    }

    /** No answer is believed to use more: a larger count counts as this. */
    public static final long MAX_TOKENS = 1_000_000_000_000L;

    private Origin origin = Origin.NONE;
    private long inputTokens;
    private long outputTokens;
    private long cachedInputTokens;
    private long cacheWriteTokens;
    private long reasoningTokens;
    private long audioInputTokens;
    private long audioOutputTokens;

    /** Forgets everything. */
    public void clear() {
        origin = Origin.NONE;
        inputTokens = 0;
        outputTokens = 0;
        cachedInputTokens = 0;
        cacheWriteTokens = 0;
        reasoningTokens = 0;
        audioInputTokens = 0;
        audioOutputTokens = 0;
    }

    /** The same counts, apart from this object. */
    public Usage copy() {
        Usage copy = new Usage();
        copy.origin = origin;
        copy.inputTokens = inputTokens;
        copy.outputTokens = outputTokens;
        copy.cachedInputTokens = cachedInputTokens;
        copy.cacheWriteTokens = cacheWriteTokens;
        copy.reasoningTokens = reasoningTokens;
        copy.audioInputTokens = audioInputTokens;
        copy.audioOutputTokens = audioOutputTokens;
        return copy;
    }

    public Origin origin() {
        return origin;
    }

    public void setOrigin(Origin origin) {
        this.origin = origin;
    }

    public long inputTokens() {
        return inputTokens;
    }

    public void setInputTokens(long tokens) {
        inputTokens = tokens;
    }

    public long outputTokens() {
        return outputTokens;
    }

    public void setOutputTokens(long tokens) {
        outputTokens = tokens;
    }

    /** The part of the input that came from the provider's prompt cache. */
    public long cachedInputTokens() {
        return cachedInputTokens;
    }

    public void setCachedInputTokens(long tokens) {
        cachedInputTokens = tokens;
    }

    /** The part of the input that was written to the provider's prompt cache. */
    public long cacheWriteTokens() {
        return cacheWriteTokens;
    }

    public void setCacheWriteTokens(long tokens) {
        cacheWriteTokens = tokens;
    }

    /** The part of the output that the caller does not see as text. */
    public long reasoningTokens() {
        return reasoningTokens;
    }

    public void setReasoningTokens(long tokens) {
        reasoningTokens = tokens;
    }

    public long audioInputTokens() {
        return audioInputTokens;
    }

    public void setAudioInputTokens(long tokens) {
        audioInputTokens = tokens;
    }

    public long audioOutputTokens() {
        return audioOutputTokens;
    }

    public void setAudioOutputTokens(long tokens) {
        audioOutputTokens = tokens;
    }
}
