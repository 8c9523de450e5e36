package io.sluice.bench.load;

/** How a call went. */
public enum Outcome {
    /** Answered, every byte as expected. */
    SERVED,
    /** Answered, but not as expected. */
    WRONG_BYTES,
    /** Answered with another status than 200. */
    WRONG_STATUS,
    /** The connection failed or ended too early. */
    CUT,
    /** No complete answer in time. */
    TIMED_OUT,
    /** Open loop: no connection was free before the run ended. */
    NOT_STARTED
}
