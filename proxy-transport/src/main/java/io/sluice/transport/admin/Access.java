package io.sluice.transport.admin;

/** Who may use a management route. */
public enum Access {
    /** Anybody who can reach the listener. */
    OPEN,
    /** Anybody on this machine; the administrator from elsewhere. */
    LOCAL,
    /** The administrator. */
    ADMIN
}
