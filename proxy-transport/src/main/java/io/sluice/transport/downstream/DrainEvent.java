package io.sluice.transport.downstream;

/** What a client connection is told when the gateway stops. */
public enum DrainEvent {
    /** Close if idle, else after the response under way. */
    CLOSE_WHEN_IDLE,
    /** End the response under way with an error. */
    END_NOW
}
