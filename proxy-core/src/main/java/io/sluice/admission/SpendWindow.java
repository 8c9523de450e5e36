package io.sluice.admission;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import org.jspecify.annotations.Nullable;

/**
 * The stretches of time that a budget's amount is for, one after the other without a gap.
 * Immutable.
 *
 * <p>A calendar window begins when the day, the week (on Monday) or the month begins in its time
 * zone, and is as long as the calendar makes it: a day of 23 or 25 hours is one day. A window of
 * fixed length begins at a multiple of it since 1970-01-01T00:00Z, so that every process and every
 * restart agrees on it.
 *
 * @param length of a {@link Unit#FIXED} window, else {@code null}
 * @param zone where a calendar window begins; has no effect on the others
 */
public record SpendWindow(Unit unit, @Nullable Duration length, ZoneId zone) {

    /** What ends a window. */
    public enum Unit {
        /** Its length is over. */
        FIXED,
        DAY,
        WEEK,
        MONTH,
        /** Nothing does: the amount is for all time. */
        NONE
    }

    /** The one window that never ends. */
    public static final SpendWindow ENDLESS =
            new SpendWindow(Unit.NONE, null, ZoneId.of("UTC"));

    public SpendWindow {
        if ((unit == Unit.FIXED) != (length != null && length.toMillis() > 0)) {
            throw new IllegalArgumentException("a fixed window, and no other, has a length");
        }
    }

    public static SpendWindow fixed(Duration length) {
        return new SpendWindow(Unit.FIXED, length, ZoneId.of("UTC"));
    }

    public static SpendWindow calendar(Unit unit, ZoneId zone) {
        return new SpendWindow(unit, null, zone);
    }

    /** When the window of that moment began, in milliseconds of the epoch. */
    public long startMillis(long nowMillis) {
        return switch (unit) {
            case FIXED -> Math.floorDiv(nowMillis, lengthMillis()) * lengthMillis();
            case NONE -> Long.MIN_VALUE;
            case DAY, WEEK, MONTH -> millis(firstDay(nowMillis));
        };
    }

    /** When the window of that moment ends and the next begins, in milliseconds of the epoch. */
    public long endMillis(long nowMillis) {
        return switch (unit) {
            case FIXED -> startMillis(nowMillis) + lengthMillis();
            case NONE -> Long.MAX_VALUE;
            case DAY -> millis(firstDay(nowMillis).plusDays(1));
            case WEEK -> millis(firstDay(nowMillis).plusWeeks(1));
            case MONTH -> millis(firstDay(nowMillis).plusMonths(1));
        };
    }

    private LocalDate firstDay(long nowMillis) {
        LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(nowMillis), zone);
        return switch (unit) {
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> day.withDayOfMonth(1);
            case FIXED, DAY, NONE -> day;
        };
    }

    private long millis(LocalDate day) {
        return day.atStartOfDay(zone).toInstant().toEpochMilli();
    }

    private long lengthMillis() {
        return length == null ? 1 : length.toMillis();
    }
}
