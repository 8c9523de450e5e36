package io.sluice.store;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The database did not do what it was asked. Its message names no secret. */
public final class StoreException extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    /** What stood in the way. */
    public enum Reason {
        /** It cannot be reached, or asks to try again. */
        UNAVAILABLE,
        /** Another object has that name or that id, or was changed in between. */
        CONFLICT,
        /** The question took longer than it may. */
        TIMED_OUT,
        /** The schema does not fit this program. */
        SCHEMA,
        /** Anything else: a mistake of ours, or a broken database. */
        FAILED
    }

    private final Reason reason;

    public StoreException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
