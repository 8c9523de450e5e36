package io.sluice.transport.loop;

import org.jspecify.annotations.Nullable;

/**
 * Something with deadlines. Told the time while it is on a {@link Ticker}.
 *
 * <p>Confined to the event loop of its ticker.
 */
public abstract class Ticking {

    @Nullable Ticking previous;
    @Nullable Ticking next;
    @Nullable Ticker ticker;

    /** Looks at its deadlines. May remove itself, and others, from the ticker. */
    protected abstract void onTick(long nowNanos);
}
