package io.sluice.transport.upstream;

import io.sluice.routing.UpstreamAddress;

/**
 * Where attempts find connections to providers.
 *
 * <p>Confined to one event loop, which is also the loop of every call that asks.
 */
public interface Connections {

    /**
     * Finds a connection for an attempt, now or later; {@link UpstreamListener#onConnected} or
     * {@link UpstreamListener#onFailure} follows, perhaps before this returns.
     *
     * @param fresh whether only a new connection will do
     */
    void acquire(UpstreamAddress address, UpstreamListener listener, boolean fresh);

    /** Forgets an attempt that waits for a connection. */
    void cancel(UpstreamAddress address, UpstreamListener listener);

    /** Open connections, idle ones included. */
    int open();

    /** Closes idle connections; those in use close when their call ends. */
    void close();
}
