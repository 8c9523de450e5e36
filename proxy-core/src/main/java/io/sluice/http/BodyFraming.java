package io.sluice.http;

/** How the end of a message's body is told (RFC 9112, 6.3). */
public enum BodyFraming {
    /** There is no body. */
    NONE,
    /** By {@code content-length}, which may be zero. */
    LENGTH,
    /** By chunks. */
    CHUNKED,
    /** By the end of the connection. Responses only. */
    UNTIL_CLOSE
}
