package io.sluice.config;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The time that a budget's amount is for. Immutable.
 *
 * <p>A window of the calendar begins at midnight of its first day in the budget's time zone, a week
 * on Monday. A window of a length begins at a multiple of it since 1970-01-01T00:00:00Z, so that
 * every process has the same ones whenever it was started.
 *
 * @param unit of the calendar
 * @param length of {@link Unit#LENGTH}, at least a second; else {@code null}
 */
public record BudgetWindow(Unit unit, @Nullable Duration length) {

    /** What ends a window. */
    public enum Unit {
        DAY,
        WEEK,
        MONTH,
        /** A time that does not look at the calendar. */
        LENGTH,
        /** Nothing does: the amount is for ever. */
        NEVER
    }

    public static final BudgetWindow DAY = new BudgetWindow(Unit.DAY, null);
    public static final BudgetWindow WEEK = new BudgetWindow(Unit.WEEK, null);
    public static final BudgetWindow MONTH = new BudgetWindow(Unit.MONTH, null);
    public static final BudgetWindow NEVER = new BudgetWindow(Unit.NEVER, null);

    private static final Pattern LENGTH = Pattern.compile("([1-9][0-9]{0,8})(s|m|h|d|w|mo)");

    public BudgetWindow {
        if ((unit == Unit.LENGTH) != (length != null)
                || (length != null && length.compareTo(Duration.ofSeconds(1)) < 0)) {
            throw new IllegalArgumentException("a window of a length takes one, others take none");
        }
    }

    /** A window of a length that does not look at the calendar. */
    public static BudgetWindow of(Duration length) {
        return new BudgetWindow(Unit.LENGTH, length);
    }

    /**
     * The window that {@code text} says, or {@code null} if it says none: {@code day}, {@code
     * week}, {@code month}, {@code none}, or a number with {@code s}, {@code m}, {@code h}, {@code
     * d}, {@code w}; {@code 1mo} is a month of the calendar.
     */
    public static @Nullable BudgetWindow parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        return switch (word) {
            case "day", "daily" -> DAY;
            case "week", "weekly" -> WEEK;
            case "month", "monthly", "1mo" -> MONTH;
            case "none", "never", "total" -> NEVER;
            default -> length(word);
        };
    }

    private static @Nullable BudgetWindow length(String word) {
        Matcher matcher = LENGTH.matcher(word);
        if (!matcher.matches() || matcher.group(2).equals("mo")) {
            return null;
        }
        long count = Long.parseLong(matcher.group(1));
        Duration length =
                switch (matcher.group(2)) {
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    case "d" -> Duration.ofDays(count);
                    default -> Duration.ofDays(7 * count);
                };
        return length.compareTo(Duration.ofDays(36_500)) > 0 ? null : of(length);
    }

    /** When the window that holds {@code now} began. */
    public Instant startOf(Instant now, ZoneId zone) {
        return switch (unit) {
            case DAY -> midnight(now.atZone(zone).toLocalDate(), zone);
            case WEEK -> midnight(monday(now, zone), zone);
            case MONTH -> midnight(now.atZone(zone).toLocalDate().withDayOfMonth(1), zone);
            case LENGTH ->
                    Instant.ofEpochMilli(
                            Math.floorDiv(now.toEpochMilli(), lengthMillis()) * lengthMillis());
            case NEVER -> Instant.EPOCH;
        };
    }

    /** When the next window begins; {@link Instant#MAX} if none does. */
    public Instant endOf(Instant now, ZoneId zone) {
        return switch (unit) {
            case DAY -> midnight(now.atZone(zone).toLocalDate().plusDays(1), zone);
            case WEEK -> midnight(monday(now, zone).plusWeeks(1), zone);
            case MONTH ->
                    midnight(now.atZone(zone).toLocalDate().withDayOfMonth(1).plusMonths(1), zone);
            case LENGTH -> startOf(now, zone).plus(lengthMillis(), ChronoUnit.MILLIS);
            case NEVER -> Instant.MAX;
        };
    }

    private long lengthMillis() {
        assert length != null;
        return length.toMillis();
    }

    private static LocalDate monday(Instant now, ZoneId zone) {
        return now.atZone(zone)
                .toLocalDate()
                .with(TemporalAdjusters.previousOrSame(java.time.DayOfWeek.MONDAY));
    }

    private static Instant midnight(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant();
    }

    /** The window as {@link #parse} reads it. */
    @Override
    public String toString() {
        return switch (unit) {
            case DAY -> "day";
            case WEEK -> "week";
            case MONTH -> "month";
            case NEVER -> "none";
            case LENGTH -> lengthMillis() / 1000 + "s";
        };
    }
}
