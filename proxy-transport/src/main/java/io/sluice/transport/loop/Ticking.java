package io.sluice.transport.loop;

import org.jspecify.annotations.Nullable;

/**
 * Something with deadlines. Told the time while it is on a {@link Ticker}.
 *
 * <p>Confined to the event loop of its ticker.
 */
public abstract class Ticking {

    private @Nullable Ticker ticker;
    private @Nullable Ticking previous;
    private @Nullable Ticking next;

    /** Looks at its deadlines. May remove itself, and others, from the ticker. */
    protected abstract void onTick(long nowNanos);

    /** The ticker it is on, or {@code null}. */
    final @Nullable Ticker ticker() {
        return ticker;
    }

    /** The member behind it. */
    final @Nullable Ticking next() {
        return next;
    }

    /** Joins a ticker before its first member. */
    final void join(Ticker joined, @Nullable Ticking first) {
        ticker = joined;
        next = first;
        if (first != null) {
            first.previous = this;
        }
    }

    /** Leaves its ticker. */
    final void leave() {
        if (previous != null) {
            previous.next = next;
        }
        if (next != null) {
            next.previous = previous;
        }
        ticker = null;
        previous = null;
        next = null;
    }
}
