package io.sluice.message;

/**
 * What an answer says it used. Each count is in one place only: the input holds its cached parts,
 * the output what was thought.
 *
 * <p>Mutable and reused. Confined to the event loop of its call.
 */
public final class TokenCounts {

    private long input;
    private long output;
    private long cached;
    private long cacheWrite;
    private long cacheWriteHour;
    private long reasoning;
    private long audioInput;
    private long audioOutput;
    private boolean known;

    /** Forgets everything. */
    public void clear() {
        input = 0;
        output = 0;
        cached = 0;
        cacheWrite = 0;
        cacheWriteHour = 0;
        reasoning = 0;
        audioInput = 0;
        audioOutput = 0;
        known = false;
    }

    /** Whether the provider said anything at all. */
    public boolean isKnown() {
        return known;
    }

    /** All that went in, cached parts included. */
    public long input() {
        return input;
    }

    /** Sets what went in, which makes the counts known. */
    public void setInput(long tokens) {
        input = Math.max(0, tokens);
        known = true;
    }

    /** All that came out, thoughts included. */
    public long output() {
        return output;
    }

    /** Sets what came out, which makes the counts known. */
    public void setOutput(long tokens) {
        output = Math.max(0, tokens);
        known = true;
    }

    /** The part of the input that came from the provider's cache. */
    public long cached() {
        return cached;
    }

    public void setCached(long tokens) {
        cached = tokens;
    }

    /** The part of the input that was written to the provider's cache. */
    public long cacheWrite() {
        return cacheWrite;
    }

    public void setCacheWrite(long tokens) {
        cacheWrite = tokens;
    }

    /** The part of the cache write that is kept for an hour. */
    public long cacheWriteHour() {
        return cacheWriteHour;
    }

    public void setCacheWriteHour(long tokens) {
        cacheWriteHour = tokens;
    }

    /** The part of the output that was thought. */
    public long reasoning() {
        return reasoning;
    }

    public void setReasoning(long tokens) {
        reasoning = tokens;
    }

    public long audioInput() {
        return audioInput;
    }

    public void setAudioInput(long tokens) {
        audioInput = tokens;
    }

    public long audioOutput() {
        return audioOutput;
    }

    public void setAudioOutput(long tokens) {
        audioOutput = tokens;
    }

    /** The input that neither came from a cache nor went to one. */
    public long freshInput() {
        return Math.max(0, input - cached - cacheWrite);
    }

    /** Takes over what {@code other} counts. */
    public void copyFrom(TokenCounts other) {
        input = other.input;
        output = other.output;
        cached = other.cached;
        cacheWrite = other.cacheWrite;
        cacheWriteHour = other.cacheWriteHour;
        reasoning = other.reasoning;
        audioInput = other.audioInput;
        audioOutput = other.audioOutput;
        known = other.known;
    }
}
