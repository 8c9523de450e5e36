package io.sluice.admission;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What all rate windows of this process have in common when other processes take from them too.
 * Safe for any thread, lock-free.
 *
 * <p>Who carries the counts between the processes tells it how that goes, goes over all shares
 * every now and then, and at once when it is woken.
 */
public final class RateSharing {

    /** Whose counts bound a window. */
    public enum Standing {
        /** Those of all processes. */
        SHARED,
        /**
         * Those of this process; what is still known of the others counts until its time is over.
         */
        LOCAL,
        /** Nobody's: whatever has a rate limit is refused. */
        REFUSING
    }

    private final int sliceThousandths;
    private final Runnable wake;
    private final Queue<WeakReference<RateShare>> shares = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isWoken = new AtomicBoolean();
    private volatile Standing standing;
    private volatile long offsetNanos;

    /**
     * The sharing of one process.
     *
     * @param sliceThousandths how much of a limit may be taken ahead of the count that all share,
     *     in thousandths of it
     * @param wake called where a share cannot wait for the next round, on event loops: it returns
     *     at once
     * @param offsetNanos what a process's own time lacks to the time that all share
     */
    public RateSharing(int sliceThousandths, Runnable wake, Standing standing, long offsetNanos) {
        this.sliceThousandths = sliceThousandths;
        this.wake = wake;
        this.standing = standing;
        this.offsetNanos = offsetNanos;
    }

    public Standing standing() {
        return standing;
    }

    /** Says whose counts are bounds from now on. */
    public void setStanding(Standing standing) {
        this.standing = standing;
    }

    /** What {@code nowNanos} of this process lacks to the time that all processes share. */
    public long offsetNanos() {
        return offsetNanos;
    }

    /** Says how far the clocks are apart; windows that are there already keep their slots. */
    public void setOffsetNanos(long offsetNanos) {
        this.offsetNanos = offsetNanos;
    }

    /** To be called at the beginning of a round; what comes later wakes it again. */
    public void onRound() {
        isWoken.set(false);
    }

    /** Goes over the shares of all windows that are in use. */
    public void forEach(Consumer<RateShare> action) {
        shares.removeIf(reference -> {
            RateShare share = reference.get();
            if (share != null) {
                action.accept(share);
            }
            return share == null;
        });
    }

    /** A window that all processes take from. */
    RateWindow newWindow(AccountKind kind, String id, LimitUnit unit, Duration length) {
        RateShare share = new RateShare(this, kind, id, unit, length, offsetNanos);
        RateWindow window = new RateWindow(length.toNanos(), -offsetNanos, share);
        share.attach(window);
        shares.add(new WeakReference<>(share));
        return window;
    }

    long slice(long limit) {
        return Math.max(
                1, limit / 1000 * sliceThousandths + limit % 1000 * sliceThousandths / 1000);
    }

    void wake() {
        if (!isWoken.get() && isWoken.compareAndSet(false, true)) {
            wake.run();
        }
    }
}
