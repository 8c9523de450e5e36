package io.sluice.error;

import java.util.Locale;

/**
 * Every way a call can fail by the gateway's own judgement.
 *
 * <p>The constant is the contract: its lower-case name stands in the error body, the access log and
 * the metrics, so a constant may be added but never renamed. {@code docs/errors.md} has a heading
 * for each.
 */
public enum ErrorCode {
    MISSING_API_KEY(401, "authentication_error"),
    INVALID_API_KEY(401, "authentication_error"),
    KEY_REVOKED(401, "authentication_error"),
    KEY_EXPIRED(401, "authentication_error"),
    KEY_BLOCKED(403, "permission_error"),
    REQUEST_LIMIT_EXCEEDED(429, "rate_limit_error"),
    DATABASE_UNAVAILABLE(503, "api_error"),
    CREDENTIAL_MISSING(503, "api_error", ErrorSource.GATEWAY, true),
    CONFLICTING_CREDENTIALS(400, "invalid_request_error"),
    MODEL_NOT_ALLOWED(403, "permission_error"),
    MODEL_NOT_FOUND(404, "invalid_request_error"),
    NOT_FOUND(404, "invalid_request_error"),
    ALREADY_EXISTS(409, "invalid_request_error"),
    PROJECT_INACTIVE(403, "permission_error"),
    RESPONSE_NOT_FOUND(404, "invalid_request_error"),
    RATE_LIMIT_EXCEEDED(429, "rate_limit_error"),
    INSUFFICIENT_QUOTA(429, "insufficient_quota"),
    UNBOUNDED_COST(400, "invalid_request_error"),
    INVALID_JSON(400, "invalid_request_error"),
    DUPLICATE_FIELD(400, "invalid_request_error"),
    MISSING_PARAMETER(400, "invalid_request_error"),
    INVALID_PARAMETER(400, "invalid_request_error"),
    MALFORMED_REQUEST(400, "invalid_request_error"),
    REQUEST_TIMEOUT(408, "invalid_request_error"),
    BODY_TOO_LARGE(413, "invalid_request_error"),
    UNSUPPORTED_MEDIA_TYPE(415, "invalid_request_error"),
    EXPECTATION_FAILED(417, "invalid_request_error"),
    CONFIG_INVALID(422, "invalid_request_error"),
    HEAD_TOO_LARGE(431, "invalid_request_error"),
    INTERNAL_ERROR(500, "api_error"),
    NOT_SUPPORTED(501, "invalid_request_error"),
    HTTP_VERSION_NOT_SUPPORTED(505, "invalid_request_error"),
    UPSTREAM_UNREACHABLE(502, "api_error", ErrorSource.UPSTREAM, true),
    UPSTREAM_CLOSED(502, "api_error", ErrorSource.UPSTREAM, true),
    UPSTREAM_TIMEOUT(504, "api_error", ErrorSource.UPSTREAM, true),
    NO_HEALTHY_TARGET(503, "api_error"),
    PRICE_UNKNOWN(503, "api_error"),
    OVERLOADED(503, "api_error"),
    LEDGER_FULL(503, "api_error"),
    SHUTTING_DOWN(503, "api_error");

    private final int status;
    private final String type;
    private final ErrorSource source;
    private final boolean retryable;
    private final String wireName = name().toLowerCase(Locale.ROOT);

    ErrorCode(int status, String type) {
        this(status, type, ErrorSource.GATEWAY, false);
    }

    ErrorCode(int status, String type, ErrorSource source, boolean retryable) {
        this.status = status;
        this.type = type;
        this.source = source;
        this.retryable = retryable;
    }

    /** The HTTP status that a client sees. */
    public int status() {
        return status;
    }

    /** The {@code type} of the error object in the OpenAI dialect. */
    public String type() {
        return type;
    }

    /** Whose doing it is. */
    public ErrorSource source() {
        return source;
    }

    /** Whether another target may be tried while the client has seen nothing. */
    public boolean isRetryable() {
        return retryable;
    }

    /** The name on the wire and in logs, in lower case. */
    public String wireName() {
        return wireName;
    }
}
