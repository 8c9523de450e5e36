package io.sluice.message;

/** Why an answer ended. */
public enum StopReason {
    /** The model had said what it had to say. */
    END,
    /** A bound on its length was met. */
    LENGTH,
    /** One of the caller's stop texts came up. */
    STOP_SEQUENCE,
    /** It waits for the results of the tools it called. */
    TOOL_CALLS,
    /** A filter cut it off. */
    CONTENT_FILTER,
    /** The model would not answer. */
    REFUSAL,
    /** It is to be asked to go on. */
    PAUSE
}
