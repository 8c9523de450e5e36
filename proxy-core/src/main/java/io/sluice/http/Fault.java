package io.sluice.http;

import io.sluice.http.MalformedHttpException.Reason;

/** Every rule that a head or a body can break, each with its one exception. */
// An exception without stack trace and suppression does not change.
@SuppressWarnings("ImmutableEnumChecker")
enum Fault {
    BARE_LF(Reason.BAD_REQUEST, "a line ends in LF without CR"),
    BARE_CR(Reason.BAD_REQUEST, "CR without LF"),
    EMPTY_LINES(Reason.BAD_REQUEST, "too many empty lines before the request line"),
    HEAD_TOO_LARGE(Reason.HEAD_TOO_LARGE, "the head is too large"),
    TOO_MANY_HEADERS(Reason.HEAD_TOO_LARGE, "too many headers"),
    BAD_METHOD(Reason.BAD_REQUEST, "the request does not begin with a method"),
    CONNECT(Reason.NOT_SUPPORTED, "CONNECT is not supported"),
    BAD_TARGET(Reason.BAD_REQUEST, "invalid request target"),
    BAD_REQUEST_LINE(Reason.BAD_REQUEST, "invalid request line"),
    BAD_STATUS_LINE(Reason.BAD_REQUEST, "invalid status line"),
    BAD_STATUS(Reason.BAD_REQUEST, "invalid status code"),
    UNASKED_UPGRADE(Reason.BAD_REQUEST, "101 to a request that asked for no upgrade"),
    BAD_VERSION(Reason.BAD_REQUEST, "invalid protocol version"),
    VERSION(Reason.VERSION, "only HTTP/1.0 and HTTP/1.1 are supported"),
    LEADING_BLANK(Reason.BAD_REQUEST, "a header line begins with white space"),
    BLANK_BEFORE_COLON(Reason.BAD_REQUEST, "white space between a header name and its colon"),
    BAD_NAME(Reason.BAD_REQUEST, "invalid header name"),
    BAD_VALUE(Reason.BAD_REQUEST, "control character in a header value"),
    BAD_CONNECTION(Reason.BAD_REQUEST, "invalid connection header"),
    MISSING_HOST(Reason.BAD_REQUEST, "missing host header"),
    SEVERAL_HOSTS(Reason.BAD_REQUEST, "more than one host header"),
    BAD_HOST(Reason.BAD_REQUEST, "invalid host"),
    HOST_MISMATCH(Reason.BAD_REQUEST, "the host header differs from the request target"),
    SEVERAL_LENGTHS(Reason.BAD_REQUEST, "more than one content-length header"),
    BAD_LENGTH(Reason.BAD_REQUEST, "invalid content-length"),
    LENGTH_AND_ENCODING(Reason.BAD_REQUEST, "both content-length and transfer-encoding"),
    BAD_ENCODING(Reason.BAD_REQUEST, "a transfer-encoding other than chunked"),
    ENCODING_IN_HTTP_10(Reason.BAD_REQUEST, "transfer-encoding in HTTP/1.0"),
    UNEXPECTED_BODY(Reason.BAD_REQUEST, "a body where the status allows none"),
    BAD_CHUNK_SIZE(Reason.BAD_CHUNK, "invalid chunk size"),
    CHUNK_LINE_TOO_LONG(Reason.BAD_CHUNK, "the chunk-size line is too long"),
    BAD_CHUNK_EXTENSION(Reason.BAD_CHUNK, "invalid chunk extension"),
    BAD_CHUNK_END(Reason.BAD_CHUNK, "a chunk does not end in CRLF"),
    BAD_TRAILER(Reason.BAD_CHUNK, "invalid trailer"),
    TRAILER_TOO_LARGE(Reason.HEAD_TOO_LARGE, "the trailer is too large");

    private final MalformedHttpException exception;

    Fault(Reason reason, String text) {
        this.exception = new MalformedHttpException(reason, text);
    }

    MalformedHttpException exception() {
        return exception;
    }
}
