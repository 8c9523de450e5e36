package io.sluice.transport.exchange;

import io.sluice.error.ErrorSource;
import io.sluice.http.ResponseHead;
import io.sluice.price.Cost;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a response head says, apart from framing.
 *
 * <p>Filled by whoever answers, read once by the {@link ResponseSink}. Confined to one event loop.
 */
public final class ResponseStart {

    /** The length of a payload that is not known beforehand. */
    public static final long UNKNOWN_LENGTH = -1;

    private final int status;
    private final String requestId;
    private final String correlationId;
    private @Nullable ResponseHead upstream;
    private @Nullable String contentType;
    private long contentLength = UNKNOWN_LENGTH;
    private boolean isEventStream;
    private boolean isTranslated;
    private List<String> dropped = List.of();
    private @Nullable String model;
    private @Nullable String target;
    private int attempts;
    private long overheadNanos = -1;
    private long upstreamNanos = -1;
    private @Nullable ErrorSource errorSource;
    private long costPicos = Cost.UNKNOWN;
    private int retryAfterSeconds = -1;
    private @Nullable String allowedOrigin;
    private String rateLimits = "";
    private String extraLines = "";

    public ResponseStart(int status, String requestId, String correlationId) {
        this.status = status;
        this.requestId = requestId;
        this.correlationId = correlationId;
    }

    public int status() {
        return status;
    }

    public String requestId() {
        return requestId;
    }

    public String correlationId() {
        return correlationId;
    }

    /** The provider's head, whose fields are passed on, or {@code null} for an answer of ours. */
    public @Nullable ResponseHead upstream() {
        return upstream;
    }

    public ResponseStart withUpstream(ResponseHead head) {
        this.upstream = head;
        return this;
    }

    public @Nullable String contentType() {
        return contentType;
    }

    public ResponseStart withContentType(String type) {
        this.contentType = type;
        return this;
    }

    /** In bytes, or {@link #UNKNOWN_LENGTH}. */
    public long contentLength() {
        return contentLength;
    }

    public ResponseStart withContentLength(long bytes) {
        this.contentLength = bytes;
        return this;
    }

    /** Whether the payload is not the provider's, so that few of its fields speak of it. */
    public boolean isTranslated() {
        return isTranslated;
    }

    /**
     * The payload is translated, and has another type than the provider's.
     *
     * @param type of what the caller is sent
     */
    public ResponseStart asTranslated(String type) {
        isTranslated = true;
        return withContentType(type);
    }

    /** The caller's fields that were left out of what its provider was asked. */
    public List<String> dropped() {
        return dropped;
    }

    public ResponseStart withDropped(List<String> fields) {
        dropped = List.copyOf(fields);
        return this;
    }

    public boolean isEventStream() {
        return isEventStream;
    }

    public ResponseStart asEventStream() {
        this.isEventStream = true;
        return this;
    }

    public @Nullable String model() {
        return model;
    }

    public @Nullable String target() {
        return target;
    }

    public int attempts() {
        return attempts;
    }

    public ResponseStart withTarget(String model, String target, int attempts) {
        this.model = model;
        this.target = target;
        this.attempts = attempts;
        return this;
    }

    public ResponseStart withAttempts(int count) {
        this.attempts = count;
        return this;
    }

    /** What the gateway added before this head, in nanoseconds, or -1. */
    public long overheadNanos() {
        return overheadNanos;
    }

    /** What the provider took to its first byte, in nanoseconds, or -1. */
    public long upstreamNanos() {
        return upstreamNanos;
    }

    public ResponseStart withTimes(long overhead, long upstreamWait) {
        this.overheadNanos = overhead;
        this.upstreamNanos = upstreamWait;
        return this;
    }

    public @Nullable ErrorSource errorSource() {
        return errorSource;
    }

    public ResponseStart withErrorSource(@Nullable ErrorSource source) {
        this.errorSource = source;
        return this;
    }

    /** What the call cost, in 10^-12 dollars, or {@link Cost#UNKNOWN}. */
    public long costPicos() {
        return costPicos;
    }

    public ResponseStart withCost(long picos) {
        this.costPicos = picos;
        return this;
    }

    /** In seconds, or -1 for none. */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    public ResponseStart withRetryAfter(int seconds) {
        this.retryAfterSeconds = seconds;
        return this;
    }

    /** The origin a browser may show the answer to, or {@code null}. */
    public @Nullable String allowedOrigin() {
        return allowedOrigin;
    }

    public ResponseStart withAllowedOrigin(@Nullable String origin) {
        this.allowedOrigin = origin;
        return this;
    }

    /**
     * The header lines that speak of the caller's own limits, each with its CRLF; empty where it
     * has none. Where there are any, the provider's are not passed on.
     */
    public String rateLimits() {
        return rateLimits;
    }

    public ResponseStart withRateLimits(String lines) {
        this.rateLimits = lines;
        return this;
    }

    /** Further header lines, each with its CRLF. */
    public String extraLines() {
        return extraLines;
    }

    public ResponseStart withExtraLines(String lines) {
        this.extraLines = lines;
        return this;
    }
}
