package io.sluice.bench.compare;

/** Which of the two ways of a call are encrypted. */
enum Wire {
    PLAIN,
    TLS_CLIENT,
    TLS_BOTH;

    /** Whether the client speaks TLS. */
    boolean isClientTls() {
        return this != PLAIN;
    }

    /** Whether the provider speaks TLS. */
    boolean isProviderTls() {
        return this == TLS_BOTH;
    }
}
