package io.sluice.transport.downstream;

/** Follows the last piece of a request's body, or its head where there is no body. */
enum EndOfRequest {
    INSTANCE
}
