package io.sluice.error;

import org.jspecify.annotations.Nullable;

/**
 * An expected failure of one call.
 *
 * <p>Carries no stack trace: these are thrown at line rate under overload, and the code says more
 * than the frames would. Bugs are not expected failures and surface as ordinary runtime exceptions.
 */
public final class GatewayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final @Nullable String parameter;

    public GatewayException(ErrorCode code, String message) {
        this(code, message, null);
    }

    /**
     * A failure of one call.
     *
     * @param message for the caller's eyes: never a secret, never a stack frame
     * @param parameter the request parameter at fault, where there is one
     */
    public GatewayException(ErrorCode code, String message, @Nullable String parameter) {
        super(message, null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
        this.code = code;
        this.parameter = parameter;
    }

    public ErrorCode code() {
        return code;
    }

    /** The message for the caller. */
    public String text() {
        return String.valueOf(getMessage());
    }

    public @Nullable String parameter() {
        return parameter;
    }
}
