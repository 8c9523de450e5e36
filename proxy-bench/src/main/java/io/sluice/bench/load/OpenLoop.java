package io.sluice.bench.load;

/**
 * When the calls of an open loop are meant to start: at a fixed rate, whatever becomes of them.
 *
 * <p>A call that starts late is measured from when it was meant to, so that a stall shows in every
 * call that it held up (Tene, <i>How NOT to Measure Latency</i>: coordinated omission). Not safe
 * for threads.
 */
public final class OpenLoop {

    private static final double NANOS_PER_SECOND = 1e9;

    private final double perSecond;
    private final long startNanos;
    private long taken;

    /**
     * A loop that begins at {@code startNanos}.
     *
     * @throws IllegalArgumentException if the rate is not positive
     */
    public OpenLoop(double perSecond, long startNanos) {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("a rate must be positive: " + perSecond);
        }
        this.perSecond = perSecond;
        this.startNanos = startNanos;
    }

    /** When the next call is meant to start. */
    public long nextNanos() {
        return startNanos + (long) (taken * (NANOS_PER_SECOND / perSecond));
    }

    /** Whether the next call's time has come. */
    public boolean isDue(long nowNanos) {
        return nextNanos() - nowNanos <= 0;
    }

    /** Takes the next call and says when it was meant to start. */
    public long take() {
        long intended = nextNanos();
        taken++;
        return intended;
    }
}
