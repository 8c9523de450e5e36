package io.sluice.admission;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What one budget's money has come to. Safe for any thread, lock-free; allocates when a window
 * begins and else nothing.
 */
final class Budget {

    /*
     * Each window has its own counts. What is held is held in the window of its admission, and is
     * charged there though the call may end in a later one: only so is no window of a hard budget
     * ever exceeded. What was never held is charged to the window in which the call ends.
     *
     * A slice may become smaller, since a part of it is given back. Who makes it smaller looks at
     * what is used afterwards, and who holds looks at the slice afterwards: one of them sees the
     * other, so nothing is both held and given back.
     *
     * Terms may change at any time and change no count: a window of another length takes over the
     * counts of the one it replaces, and what is held then is in both.
     */

    /**
     * One window and its counts.
     *
     * @param used what was spent and what is held
     * @param spent what was charged
     * @param isRestored whether what was spent before this process began is among it. Before a
     *     window that this process has seen begin there was nothing
     */
    record Cell(
            SpendWindow window,
            long startMillis,
            long endMillis,
            PaddedLong used,
            PaddedLong spent,
            AtomicBoolean isRestored) {

        static Cell empty(SpendWindow window, boolean isFirst, long nowMillis) {
            AtomicBoolean isRestored = new AtomicBoolean(!isFirst);
            return of(window, nowMillis, new PaddedLong(), new PaddedLong(), isRestored);
        }

        private static Cell of(
                SpendWindow window,
                long nowMillis,
                PaddedLong used,
                PaddedLong spent,
                AtomicBoolean isRestored) {
            return new Cell(
                    window,
                    window.startMillis(nowMillis),
                    window.endMillis(nowMillis),
                    used,
                    spent,
                    isRestored);
        }

        Cell within(SpendWindow other, long nowMillis) {
            return of(other, nowMillis, used, spent, isRestored);
        }

        long heldPicos() {
            return Math.max(0, used.get() - spent.get());
        }
    }

    private final AtomicReference<@Nullable Cell> current = new AtomicReference<>();
    private final AtomicReference<Lent> lent =
            new AtomicReference<>(new Lent(BudgetSlice.NONE, BudgetSlice.NONE));
    private volatile long sinceMillis;

    /** Slices of two windows: the next one's may come before it begins. */
    private record Lent(BudgetSlice earlier, BudgetSlice later) {

        BudgetSlice in(long startMillis) {
            return later.windowStartMillis() == startMillis ? later : earlier;
        }

        Lent with(BudgetSlice newer) {
            long start = newer.windowStartMillis();
            if (start == later.windowStartMillis()) {
                return newer.isNewerThan(later) ? new Lent(earlier, newer) : this;
            }
            if (start == earlier.windowStartMillis()) {
                return newer.isNewerThan(earlier) ? new Lent(newer, later) : this;
            }
            if (start > later.windowStartMillis()) {
                return new Lent(later, newer);
            }
            return start > earlier.windowStartMillis() ? new Lent(newer, later) : this;
        }
    }

    /**
     * The counts of one budget.
     *
     * @param sinceMillis what was spent before does not count
     */
    Budget(long sinceMillis) {
        this.sinceMillis = sinceMillis;
    }

    /** The window of this moment. A clock that is set back does not bring an old one back. */
    Cell cell(BudgetTerms terms, long nowMillis) {
        while (true) {
            Cell cell = current.get();
            boolean isOver = cell == null || nowMillis >= cell.endMillis();
            if (cell != null && !isOver && cell.window().equals(terms.window())) {
                return cell;
            }
            Cell next =
                    cell == null || isOver
                            ? Cell.empty(terms.window(), cell == null, nowMillis)
                            : cell.within(terms.window(), nowMillis);
            if (current.compareAndSet(cell, next)) {
                return next;
            }
        }
    }

    /** Whether nothing is left to spend, holds apart. */
    boolean isSpent(BudgetTerms terms, long nowMillis) {
        return cell(terms, nowMillis).spent().get() >= terms.amountPicos();
    }

    /**
     * Holds {@code picos}, at least 0, where that much is left.
     *
     * @param isLeased whether the slice bounds it too
     * @return the window it is held in, or {@code null}
     */
    @Nullable Cell hold(BudgetTerms terms, long picos, boolean isLeased, long nowMillis) {
        Cell cell = cell(terms, nowMillis);
        if (cell.spent().get() >= terms.amountPicos()) {
            return null;
        }
        long ceiling = ceiling(terms, cell, isLeased, nowMillis);
        if (!cell.used().addWithin(picos, ceiling)) {
            return null;
        }
        if (isLeased && ceiling(terms, cell, true, nowMillis) < ceiling) {
            cell.used().add(-picos);
            return null;
        }
        return cell;
    }

    /** What could be held at this moment. */
    long leftPicos(BudgetTerms terms, boolean isLeased, long nowMillis) {
        Cell cell = cell(terms, nowMillis);
        long used = cell.used().get();
        return Math.max(0, ceiling(terms, cell, isLeased, nowMillis) - Math.max(0, used));
    }

    private long ceiling(BudgetTerms terms, Cell cell, boolean isLeased, long nowMillis) {
        if (!isLeased) {
            return terms.amountPicos();
        }
        long start = startMillis(cell);
        BudgetSlice slice = lent.get().in(start);
        return slice.isLentIn(start, nowMillis)
                ? Math.min(terms.amountPicos(), slice.grantedPicos())
                : 0;
    }

    /** When the spend of this window begins to count. */
    long startMillis(Cell cell) {
        return Math.max(cell.startMillis(), sinceMillis);
    }

    /** Whether more should be asked for, though this process may still spend some. */
    boolean isLow(Cell cell) {
        return cell.used().get() >= lent.get().in(startMillis(cell)).lowPicos();
    }

    /** Whether this process has been lent all that is left. */
    boolean isLastSlice(BudgetTerms terms, long nowMillis) {
        long start = startMillis(cell(terms, nowMillis));
        return lent.get().in(start).isLastIn(start, nowMillis);
    }

    /** Takes a newer slice; an older one has no effect. */
    void grant(BudgetSlice newer) {
        lent.updateAndGet(now -> now.with(newer));
    }

    /**
     * Ends a hold: {@code picos} of it were spent, the rest is free again; returns what was spent
     * in its window, that included.
     */
    static long settle(Cell cell, long heldPicos, long picos) {
        long spent = cell.spent().add(picos);
        cell.used().add(picos - heldPicos);
        return spent;
    }

    /** Charges so much more, or less, than was charged before. */
    static void correct(Cell cell, long picos) {
        cell.spent().add(picos);
        cell.used().add(picos);
    }

    /** Charges what was not held; returns what was spent in the window, that included. */
    long charge(BudgetTerms terms, long picos, long nowMillis) {
        Cell cell = cell(terms, nowMillis);
        cell.used().add(picos);
        return cell.spent().add(picos);
    }

    /** Whether {@link #restore} would have no effect. */
    boolean isRestored(BudgetTerms terms, long nowMillis) {
        return cell(terms, nowMillis).isRestored().get();
    }

    /** Adds what was spent before this process began; once. */
    void restore(BudgetTerms terms, long picos, long nowMillis) {
        Cell cell = cell(terms, nowMillis);
        if (cell.isRestored().compareAndSet(false, true)) {
            cell.used().add(picos);
            cell.spent().add(picos);
        }
    }

    /** Forgets what was spent in this window; what is held stays held. */
    void setBack(BudgetTerms terms, long nowMillis) {
        Cell cell = cell(terms, nowMillis);
        long spent = cell.spent().get();
        cell.spent().add(-spent);
        cell.used().add(-spent);
        cell.isRestored().set(false);
    }

    /** What was spent before does not count; slices that were lent before it end. */
    void setSince(long millis) {
        sinceMillis = millis;
    }
}
