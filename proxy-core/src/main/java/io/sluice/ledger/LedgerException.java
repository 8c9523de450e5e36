package io.sluice.ledger;

import java.io.IOException;

/** The ledger cannot be opened; the message says why, and what to do. */
public final class LedgerException extends IOException {

    private static final long serialVersionUID = 1L;

    LedgerException(String message) {
        super(message);
    }
}
