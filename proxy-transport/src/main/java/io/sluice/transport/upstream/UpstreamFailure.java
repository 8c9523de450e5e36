package io.sluice.transport.upstream;

import io.sluice.error.ErrorCode;

/** How an attempt can fail below HTTP. */
public enum UpstreamFailure {
    /** No connection: refused, unknown host, no TLS. */
    CONNECT(ErrorCode.UPSTREAM_UNREACHABLE),
    /** No connection in time. */
    TIMEOUT(ErrorCode.UPSTREAM_TIMEOUT),
    /** A connection from the pool turned out to be closed before any byte came back. */
    STALE(ErrorCode.UPSTREAM_CLOSED),
    /** The connection broke before the answer was complete. */
    CLOSED(ErrorCode.UPSTREAM_CLOSED),
    /** What came was not HTTP. */
    MALFORMED(ErrorCode.UPSTREAM_CLOSED),
    /** Too many calls wait for a connection to this target. */
    OVERLOADED(ErrorCode.OVERLOADED);

    private final ErrorCode code;

    UpstreamFailure(ErrorCode code) {
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }
}
