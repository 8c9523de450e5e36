package io.sluice.http;

/**
 * Bytes that are not the HTTP/1.1 we take. The connection they came on is of no further use.
 *
 * <p>Carries no stack trace and none of the bytes. One instance exists for each rule and is thrown
 * again and again, so an attacker cannot make us work for it.
 */
public final class MalformedHttpException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What a client is told. */
    public enum Reason {
        /** The head breaks a rule. */
        BAD_REQUEST(400),
        /** The chunked framing of a body breaks a rule. */
        BAD_CHUNK(400),
        /** The head, the trailer or the number of headers is over its bound. */
        HEAD_TOO_LARGE(431),
        /** The method is {@code CONNECT}. */
        NOT_SUPPORTED(501),
        /** The version is neither HTTP/1.0 nor HTTP/1.1. */
        VERSION(505);

        private final int status;

        Reason(int status) {
            this.status = status;
        }

        /** The HTTP status that says so. */
        public int status() {
            return status;
        }
    }

    private final Reason reason;
    private final String text;

    MalformedHttpException(Reason reason, String text) {
        super(text, null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
        this.reason = reason;
        this.text = text;
    }

    public Reason reason() {
        return reason;
    }

    /** What is wrong, for the caller's eyes. */
    public String text() {
        return text;
    }
}
