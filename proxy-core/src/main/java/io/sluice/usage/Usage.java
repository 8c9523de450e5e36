package io.sluice.usage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one answer says it used: tokens, and {@link Extra} units.
 *
 * <p>Each count is a field of its own. {@link #inputTokens} is all that went in, cached parts
 * included; {@link #outputTokens} is all that came out, reasoning included: where a provider counts
 * these apart, its reader adds them up.
 *
 * <p>Few answers have extra units, so the room for them is made with the first.
 *
 * <p>Mutable, filled by a reader while the answer passes. Confined to one event loop until the call
 * has ended; not changed after.
 */
// A row indexed by ordinal lives as long as the enum it was made from, and is never stored.
@SuppressWarnings("EnumOrdinal")
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

    /** What few answers count. */
    public enum Extra {
        /** The part of the cache write that is kept for an hour. */
        CACHE_WRITE_HOUR_TOKENS,
        /** The part of the input that was images. */
        IMAGE_INPUT_TOKENS,
        /** The part of the output that was images. */
        IMAGE_OUTPUT_TOKENS,
        CITATION_TOKENS,
        REQUESTS,
        /** Sound or film that went in, or the time a model worked, in milliseconds. */
        INPUT_MILLIS,
        /** Sound or film that came out, in milliseconds. */
        OUTPUT_MILLIS,
        INPUT_CHARACTERS,
        OUTPUT_CHARACTERS,
        INPUT_IMAGES,
        OUTPUT_IMAGES,
        INPUT_PIXELS,
        OUTPUT_PIXELS,
        PAGES,
        /** Queries of a reranker or a search engine. */
        QUERIES,
        /** Searches of the web that a model made. */
        SEARCHES,
        /** Searches of files that a model made. */
        FILE_SEARCHES,
        /** Sandboxes in which a model ran code. */
        CODE_SESSIONS
    }

    /** No answer is believed to use more: a larger count counts as this. */
    public static final long MAX_TOKENS = 1_000_000_000_000L;

    private static final int EXTRAS = Extra.values().length;

    private Origin origin = Origin.NONE;
    private long inputTokens;
    private long outputTokens;
    private long cachedInputTokens;
    private long cacheWriteTokens;
    private long reasoningTokens;
    private long audioInputTokens;
    private long audioOutputTokens;
    private ServiceTier serviceTier = ServiceTier.STANDARD;
    private long @Nullable [] extras;

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
        serviceTier = ServiceTier.STANDARD;
        if (extras != null) {
            Arrays.fill(extras, 0);
        }
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
        copy.serviceTier = serviceTier;
        copy.extras = extras == null ? null : extras.clone();
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

    public ServiceTier serviceTier() {
        return serviceTier;
    }

    public void setServiceTier(ServiceTier tier) {
        serviceTier = tier;
    }

    /** How many of {@code extra}; 0 where the answer did not say. */
    public long count(Extra extra) {
        long[] counted = extras;
        return counted == null ? 0 : counted[extra.ordinal()];
    }

    /** Whether none of the further units was counted. */
    public boolean hasNoExtras() {
        return extras == null;
    }

    public void setCount(Extra extra, long count) {
        long[] counted = extras;
        if (counted == null) {
            if (count == 0) {
                return;
            }
            counted = new long[EXTRAS];
            extras = counted;
        }
        counted[extra.ordinal()] = count;
    }
}
