package io.sluice.ledger;

import org.jspecify.annotations.Nullable;

/** The database cannot store rows now; the same rows may be offered again later. */
public final class SinkUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    public SinkUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
