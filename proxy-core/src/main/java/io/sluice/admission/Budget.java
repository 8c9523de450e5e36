package io.sluice.admission;

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
     * Terms may change at any time and change no count: a window of another length takes over the
     * counts of the one it replaces, and what is held then is in both.
     */

    /**
     * One window and its counts.
     *
     * @param used what was spent and what is held
     * @param spent what was charged
     */
    record Cell(
            SpendWindow window,
            long startMillis,
            long endMillis,
            PaddedLong used,
            PaddedLong spent) {

        static Cell empty(SpendWindow window, long nowMillis) {
            return of(window, nowMillis, new PaddedLong(), new PaddedLong());
        }

        static Cell of(SpendWindow window, long nowMillis, PaddedLong used, PaddedLong spent) {
            return new Cell(
                    window,
                    window.startMillis(nowMillis),
                    window.endMillis(nowMillis),
                    used,
                    spent);
        }

        long heldPicos() {
            return Math.max(0, used.get() - spent.get());
        }
    }

    private final AtomicReference<@Nullable Cell> current = new AtomicReference<>();
    private final AtomicReference<BudgetSlice> slice = new AtomicReference<>(BudgetSlice.NONE);
    private final AtomicReference<@Nullable Cell> restored = new AtomicReference<>();

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
                            ? Cell.empty(terms.window(), nowMillis)
                            : Cell.of(terms.window(), nowMillis, cell.used(), cell.spent());
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
        return cell.used().addWithin(picos, ceiling) ? cell : null;
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
        BudgetSlice lent = slice.get();
        boolean counts =
                lent.windowStartMillis() == cell.startMillis() && nowMillis < lent.expiresMillis();
        return counts ? Math.min(terms.amountPicos(), lent.grantedPicos()) : 0;
    }

    /** Takes a newer slice; an older one has no effect. */
    void grant(BudgetSlice newer) {
        while (true) {
            BudgetSlice now = slice.get();
            boolean isNewer =
                    newer.epoch() > now.epoch()
                            || (newer.epoch() == now.epoch()
                                    && newer.expiresMillis() >= now.expiresMillis());
            if (!isNewer || slice.compareAndSet(now, newer)) {
                return;
            }
        }
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

    /** Charges what was not held; returns what was spent in the window, that included. */
    long charge(BudgetTerms terms, long picos, long nowMillis) {
        Cell cell = cell(terms, nowMillis);
        cell.used().add(picos);
        return cell.spent().add(picos);
    }

    /** Adds what was spent before this process began; once for each window. */
    void restore(BudgetTerms terms, long picos, long nowMillis) {
        Cell cell = cell(terms, nowMillis);
        Cell before = restored.get();
        boolean isDone = before != null && before.spent() == cell.spent();
        if (!isDone && restored.compareAndSet(before, cell)) {
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
        restored.set(null);
    }
}
