package io.sluice.transport.management;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times as callers write them. */
final class Times {

    private static final Pattern LENGTH = Pattern.compile("([1-9][0-9]{0,7})(s|m|h|d|w|mo|y)?");
    private static final long MOST_YEARS = 100;

    private Times() {}

    /**
     * When {@code text} after {@code now} is over: a number with {@code s}, {@code m}, {@code h},
     * {@code d}, {@code w}, {@code mo} or {@code y}, seconds without.
     */
    static Instant after(Instant now, String text, String name) {
        Matcher matcher = LENGTH.matcher(text.strip());
        if (!matcher.matches()) {
            throw Body.wrong(name, "a time such as 30s, 15m, 24h, 30d or 1mo");
        }
        long count = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "s" : matcher.group(2);
        var start = now.atOffset(ZoneOffset.UTC);
        OffsetDateTime end =
                switch (unit) {
                    case "s" -> start.plusSeconds(count);
                    case "m" -> start.plusMinutes(count);
                    case "h" -> start.plusHours(count);
                    case "d" -> start.plusDays(count);
                    case "w" -> start.plusWeeks(count);
                    case "mo" -> start.plusMonths(count);
                    default -> start.plusYears(count);
                };
        if (end.isAfter(start.plusYears(MOST_YEARS))) {
            throw Body.wrong(name, "at most a hundred years");
        }
        return end.toInstant();
    }

    /**
     * An instant, or a day, which begins at midnight UTC; {@code null} for {@code null}.
     *
     * @throws GatewayException if it is neither
     */
    static @Nullable Instant instant(@Nullable String text, String name) {
        if (text == null) {
            return null;
        }
        try {
            return text.length() == "2026-11-21".length()
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException _) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER,
                    name + " must be a day (2026-11-21) or a time (2026-11-21T12:00:00Z)",
                    name);
        }
    }

    /** The text of an instant, to the second; {@code null} for {@code null}. */
    static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
