package io.sluice.admission;

import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One rate window as several processes see it: how much the others have used, and how far this one
 * may run ahead of the count that all share.
 *
 * <p>What a call takes is for any thread, lock-free, and allocates nothing; reports are for one
 * thread.
 */
public final class RateShare {

    /*
     * A call is counted in the window and then here, so that a mark of what was taken is never
     * ahead of what the slots hold when they are read behind it. A slice is what may be taken past
     * the mark of the last report that was answered. So with n processes, and s the larger of a
     * slice and one call, no stretch as long as the window holds more than the limit and (n - 1) s:
     * who was answered last knew all of the others but what they were ahead.
     *
     * Reports are absolute: what this process has used in a slot, whenever it is told again.
     */

    /**
     * What this process has used, for the others.
     *
     * @param mark for {@link #onAnswer}
     * @param used in the slots that have changed since the last report, or in all
     * @param isWhole whether it replaces all that was reported before
     */
    public record Report(long mark, SlotCounts used, boolean isWhole) {}

    /** What others have used: in each slot from a first one on, all later ones included. */
    private static final class Others {

        static final Others NONE = new Others(0, 0);

        private final long first;
        private final long[] sums;

        Others(long first, int length) {
            this.first = first;
            this.sums = new long[length];
        }

        static Others of(SlotCounts used, long shift) {
            long first = Long.MAX_VALUE;
            long last = Long.MIN_VALUE;
            for (int i = 0; i < used.size(); i++) {
                first = Math.min(first, used.slot(i));
                last = Math.max(last, used.slot(i));
            }
            if (used.size() == 0) {
                return NONE;
            }
            first = Math.max(first, last - MAX_SPREAD + 1);
            Others others = new Others(first - shift, (int) (last - first + 1));
            long[] sums = others.sums;
            for (int i = 0; i < used.size(); i++) {
                if (used.slot(i) >= first) {
                    sums[(int) (used.slot(i) - first)] += Math.max(0, used.count(i));
                }
            }
            for (int i = sums.length - 2; i >= 0; i--) {
                sums[i] += sums[i + 1];
            }
            return others;
        }

        long since(long slot) {
            long at = Math.max(0, slot - first);
            return at < sums.length ? sums[(int) at] : 0;
        }
    }

    /** Slots that are older than the newest by more than this count for nobody. */
    private static final int MAX_SPREAD = 2 * RateWindow.RING;

    private final RateSharing sharing;
    private final String name;
    private final Duration length;
    private final long originNanos;
    private final PaddedLong taken = new PaddedLong();
    private final long[] reported = new long[RateWindow.RING];
    private final long[] reportedSlots = new long[RateWindow.RING];
    private volatile long confirmed;
    private volatile Others others = Others.NONE;
    private volatile boolean isDirty;
    private @Nullable RateWindow window;
    private long shift;
    private boolean isKnown;

    RateShare(
            RateSharing sharing,
            AccountKind kind,
            String id,
            LimitUnit unit,
            Duration length,
            long offsetNanos) {
        this.sharing = sharing;
        this.length = length;
        this.name = kind.word() + ' ' + id + ' ' + unit.word() + ' ' + length.toMillis();
        this.originNanos = -offsetNanos;
    }

    void attach(RateWindow window) {
        this.window = window;
    }

    /** The same in every process that has this limit. */
    public String name() {
        return name;
    }

    /** How long what was used counts. */
    public Duration length() {
        return length;
    }

    /** The length of one slot. */
    public long slotNanos() {
        return RateWindow.slotNanos(length.toNanos());
    }

    /** Whether nothing may be taken, since nobody knows what the others use. */
    boolean isClosed() {
        return sharing.standing() == RateSharing.Standing.REFUSING;
    }

    /** Takes {@code amount} of the slice; returns whether there was as much. */
    boolean spend(long amount, long limit) {
        long slice = sharing.slice(limit);
        long mark = confirmed;
        boolean isSpent =
                switch (sharing.standing()) {
                    case SHARED -> taken.addWithin(amount, mark + Math.max(slice, amount));
                    case LOCAL -> {
                        taken.add(amount);
                        yield true;
                    }
                    case REFUSING -> false;
                };
        touch();
        if (!isSpent || taken.get() - mark > slice / 2) {
            sharing.wake();
        }
        return isSpent;
    }

    /** Counts what was used already. */
    void add(long amount) {
        taken.add(amount);
        touch();
    }

    /** There is something to report, or to ask. */
    void touch() {
        if (!isDirty) {
            isDirty = true;
        }
    }

    /** What the others have used in a slot of this process's own time, and in all later ones. */
    long othersSince(long slot) {
        return others.since(slot);
    }

    /** What the others have used in one slot. */
    long othersAt(long slot) {
        Others now = others;
        return now.since(slot) - now.since(slot + 1);
    }

    /** Forgets what was reported, so that the next report is whole. */
    public void forget() {
        isKnown = false;
        isDirty = isDirty || taken.get() > 0;
    }

    /** What there is to say, or {@code null} if that is nothing. */
    public @Nullable Report report(long nowNanos) {
        RateWindow slots = window;
        if (!isDirty || slots == null) {
            return null;
        }
        isDirty = false;
        long mark = taken.get();
        long drift = Math.round((double) (sharing.offsetNanos() + originNanos) / slotNanos());
        boolean isWhole = !isKnown || drift != shift;
        shift = drift;
        if (isWhole) {
            Arrays.fill(reportedSlots, -1);
        }
        long head = slots.head(nowNanos);
        SlotCounts used = new SlotCounts();
        for (long slot = Math.max(0, head - RateWindow.SLOTS); slot <= head; slot++) {
            long count = slots.countAt(slot);
            int at = (int) (slot % RateWindow.RING);
            long before = reportedSlots[at] == slot ? reported[at] : 0;
            if (count != before) {
                used.add(slot + shift, count);
                reportedSlots[at] = slot;
                reported[at] = count;
            }
        }
        isKnown = false;
        return new Report(mark, used, isWhole);
    }

    /**
     * The report has arrived.
     *
     * @param used what the others have used
     */
    public void onAnswer(Report report, SlotCounts used) {
        isKnown = true;
        others = Others.of(used, shift);
        confirmed = report.mark();
    }
}
