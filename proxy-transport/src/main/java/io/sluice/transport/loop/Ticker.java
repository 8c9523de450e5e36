package io.sluice.transport.loop;

import io.netty.channel.EventLoop;
import io.sluice.telemetry.LoopMetrics;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells everything with a deadline on one event loop the time, ten times a second.
 *
 * <p>Confined to that loop.
 */
// Members of an intrusive list are told apart by identity.
@SuppressWarnings("ReferenceEquality")
public final class Ticker {

    /*
     * A timer per call would be armed and cancelled with every chunk. Instead each call notes when
     * it last moved, which is one store, and all are looked at on a coarse beat: with 20,000 of
     * them a beat takes well under a millisecond. Deadlines are therefore kept to within one beat.
     *
     * The list is intrusive: joining and leaving allocate nothing. A member may leave, or make
     * others leave, while the list is walked; `cursor` is moved on when it points at a leaver.
     */

    public static final long BEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final EventLoop loop;
    private final LoopMetrics metrics;
    private @Nullable Ticking first;
    private @Nullable Ticking cursor;
    private @Nullable Future<?> beat;
    private long expectedNanos;

    public Ticker(EventLoop loop, LoopMetrics metrics) {
        this.loop = loop;
        this.metrics = metrics;
    }

    /** Begins to tick. */
    public void start() {
        expectedNanos = nowNanos() + BEAT_NANOS;
        beat = loop.scheduleAtFixedRate(this::beat, BEAT_NANOS, BEAT_NANOS, TimeUnit.NANOSECONDS);
    }

    public void stop() {
        if (beat != null) {
            beat.cancel(false);
        }
    }

    /** The loop's time. Only differences mean anything. */
    public long nowNanos() {
        return loop.ticker().nanoTime();
    }

    public void add(Ticking member) {
        if (member.ticker() == null) {
            member.join(this, first);
            first = member;
        }
    }

    /** Takes a member off; without effect if it is not on. */
    public void remove(Ticking member) {
        if (member.ticker() != this) {
            return;
        }
        if (cursor == member) {
            cursor = member.next();
        }
        if (first == member) {
            first = member.next();
        }
        member.leave();
    }

    private void beat() {
        long nowNanos = nowNanos();
        metrics.onLoopLag(Math.max(0, nowNanos - expectedNanos));
        expectedNanos = nowNanos + BEAT_NANOS;
        tick(nowNanos);
    }

    /** Tells every member the time. */
    public void tick(long nowNanos) {
        cursor = first;
        while (cursor != null) {
            Ticking member = cursor;
            cursor = member.next();
            member.onTick(nowNanos);
        }
    }
}
