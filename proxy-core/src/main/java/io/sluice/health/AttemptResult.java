package io.sluice.health;

/** What the end of an attempt says of its target, and of the key that it was made with. */
public enum AttemptResult {
    /** The target did what it was asked. */
    SERVED(false),
    /** The caller's own mistake: the target is there, and nothing else is known of it. */
    CALLER_FAULT(false),
    /** The provider's rules forbid the content; as far as a target is concerned, the caller's. */
    CONTENT_REFUSED(false),
    /** The key, or its account, has used up what it may; it says when to come again. */
    RATE_LIMITED(true),
    /** The key is not accepted, which only a human being can mend. */
    UNAUTHORIZED(true),
    /** No connection: the address is at fault, whatever the key. */
    UNREACHABLE(true),
    /** A status from 500 on, a connection that was cut, an error within a stream. */
    FAILED(true),
    /** Nothing came in time. */
    TIMED_OUT(true),
    /** Nothing is known: the caller left, or the gateway gave up for reasons of its own. */
    UNKNOWN(false);

    private final boolean isFailure;

    AttemptResult(boolean isFailure) {
        this.isFailure = isFailure;
    }

    /** Whether it speaks against the target or its key. */
    public boolean isFailure() {
        return isFailure;
    }

    /** What an answer's status says. */
    public static AttemptResult ofStatus(int status) {
        return switch (status) {
            case 401, 403 -> UNAUTHORIZED;
            case 408 -> TIMED_OUT;
            case 429 -> RATE_LIMITED;
            default -> status >= 500 ? FAILED : status >= 400 ? CALLER_FAULT : SERVED;
        };
    }
}
