package io.sluice.error;

/** Whose doing a failure is. Sent to the client as {@code x-sluice-error-source}. */
public enum ErrorSource {
    /** The gateway refused the call or could not serve it. */
    GATEWAY,
    /** The provider refused the call, broke off, or could not be reached. */
    UPSTREAM
}
