package io.sluice.transport.upstream;

import io.sluice.config.Secret;
import java.io.IOException;

/** Where tokens of one identity come from. */
@FunctionalInterface
interface TokenSource {

    /**
     * A token.
     *
     * @param lifetimeMillis how long it is valid from now on
     */
    record Grant(Secret token, long lifetimeMillis) {}

    /**
     * Fetches a token. Blocks, for a bounded time.
     *
     * @throws IOException if there is none; its message is fit for a caller's eyes
     * @throws InterruptedException if this thread is told to stop
     */
    Grant fetch() throws IOException, InterruptedException;
}
