package io.sluice.transport.management;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time that a question about spend is for: from a moment on, up to another one.
 *
 * @param from counts
 * @param to does not
 */
record SpendRange(Instant from, Instant to) {

    private static final int MAX_DAYS = 3_700;

    /**
     * The range that a query names with {@code since} or {@code start_date}, and {@code end_date};
     * the last month where it names none. A day that ends it counts in full.
     */
    static SpendRange of(Query query, Instant now) {
        Instant from = Times.instant(query.text("since", "start_date"), "start_date");
        String end = query.text("end_date");
        Instant to = Times.instant(end, "end_date");
        if (end != null && to != null && end.length() == "2026-11-21".length()) {
            to = to.plus(1, ChronoUnit.DAYS);
        }
        Instant last = to == null ? now : to;
        Instant first =
                from == null ? last.atOffset(ZoneOffset.UTC).minusMonths(1).toInstant() : from;
        if (!first.isBefore(last) && to != null) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER, "end_date is before start_date", "end_date");
        }
        if (ChronoUnit.DAYS.between(first, last) > MAX_DAYS) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER, "the time is longer than ten years", "start_date");
        }
        return new SpendRange(first, last);
    }

    /** The first UTC day that counts, in days of the epoch. */
    long fromDay() {
        return day(from);
    }

    /** The first UTC day that does not count; the day that has begun does. */
    long toDay() {
        return day(to.minusMillis(1)) + 1;
    }

    private static long day(Instant instant) {
        return Math.floorDiv(instant.getEpochSecond(), ChronoUnit.DAYS.getDuration().toSeconds());
    }

    /** The text of a day. */
    static @Nullable String text(long day) {
        return LocalDate.ofEpochDay(day).toString();
    }
}
