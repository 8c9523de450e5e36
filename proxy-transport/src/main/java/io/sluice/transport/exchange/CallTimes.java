package io.sluice.transport.exchange;

/**
 * What a call has taken: waiting for providers, and the gateway's own part. All in nanoseconds.
 *
 * <p>Confined to the event loop of its call.
 */
final class CallTimes {

    private final GatewayRequest request;

    private long attemptNanos;
    private long upstreamNanos;
    private long firstByteNanos = -1;
    private long overheadNanos = -1;

    CallTimes(GatewayRequest request) {
        this.request = request;
    }

    /** A target is tried: from here on it is the provider that is waited for. */
    void onAttempt(long nowNanos) {
        attemptNanos = nowNanos;
    }

    /** The provider has said something: the wait up to here was its own. */
    void onUpstream(long nowNanos) {
        upstreamNanos += nowNanos - attemptNanos;
        attemptNanos = nowNanos;
    }

    /** The answer's first payload has come. */
    void onFirstByte(long nowNanos) {
        firstByteNanos = nowNanos - request.startNanos();
    }

    /** The response head is made: what is not the providers' wait was the gateway's. */
    void onBegin(long nowNanos) {
        onUpstream(nowNanos);
        overheadNanos = Math.max(0, nowNanos - request.completeNanos() - upstreamNanos);
    }

    /** When the current target began to be tried, by the loop's clock. */
    long attemptNanos() {
        return attemptNanos;
    }

    /** How long providers were waited for so far. */
    long upstreamNanos() {
        return upstreamNanos;
    }

    /** From the start to the first payload, -1 where none has come. */
    long firstByteNanos() {
        return firstByteNanos;
    }

    /** What the gateway added before the response head, -1 where there is none. */
    long overheadNanos() {
        return overheadNanos;
    }
}
