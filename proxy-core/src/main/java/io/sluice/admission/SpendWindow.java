package io.sluice.admission;

import io.sluice.config.BudgetWindow;
import java.time.Instant;
import java.time.ZoneId;

/**
 * The stretches of time that a budget's amount is for, one after the other without a gap.
 * Immutable.
 *
 * <p>A day of the calendar is as long as its time zone makes it: one of 23 or 25 hours is one day.
 *
 * @param zone where a window of the calendar begins
 */
public record SpendWindow(BudgetWindow window, ZoneId zone) {

    /** When the window of that moment began, in milliseconds of the epoch. */
    public long startMillis(long nowMillis) {
        return window.startOf(Instant.ofEpochMilli(nowMillis), zone).toEpochMilli();
    }

    /**
     * When the window of that moment ends and the next begins, in milliseconds of the epoch; {@link
     * Long#MAX_VALUE} where it never does.
     */
    public long endMillis(long nowMillis) {
        Instant end = window.endOf(Instant.ofEpochMilli(nowMillis), zone);
        return end.equals(Instant.MAX) ? Long.MAX_VALUE : end.toEpochMilli();
    }

    /** Whether no window follows. */
    public boolean isEndless() {
        return window.equals(BudgetWindow.NEVER);
    }
}
