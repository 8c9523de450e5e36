package io.sluice.transport.downstream;

import io.sluice.transport.exchange.GatewayRequest;
import org.jspecify.annotations.Nullable;

/**
 * Where requests come in, as the rooms behind it see it: a connection of HTTP/1.1 or a stream of
 * HTTP/2.
 *
 * <p>Confined to the event loop of its connection.
 */
interface RequestIntake {

    /** The request under way, or {@code null} between requests. */
    @Nullable GatewayRequest request();

    /** Whether a request is being received or answered. */
    boolean isBusy();

    /**
     * Stops after the head of the request under way: its body is neither read nor handed on until
     * {@link #resume()}.
     */
    void hold();

    /** Goes on after {@link #hold()}, with the body or, where the call was answered, behind it. */
    void resume();
}
