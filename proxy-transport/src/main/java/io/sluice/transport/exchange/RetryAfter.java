package io.sluice.transport.exchange;

import io.sluice.http.HeaderName;
import io.sluice.http.MessageHead;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;

/**
 * How long a provider asks its callers to stay away: {@code retry-after-ms}, else {@code
 * retry-after} in seconds or as a date (RFC 9110, 10.2.3).
 */
final class RetryAfter {

    private RetryAfter() {}

    /** The wait in nanoseconds, 0 where none is asked for or it cannot be read. */
    static long nanos(MessageHead head) {
        int millis = head.find(HeaderName.RETRY_AFTER_MS);
        if (millis >= 0) {
            return TimeUnit.MILLISECONDS.toNanos(number(head.value(millis)));
        }
        int field = head.find(HeaderName.RETRY_AFTER);
        if (field < 0) {
            return 0;
        }
        String value = head.value(field);
        return value.isEmpty() || !Character.isDigit(value.charAt(0))
                ? untilDate(value)
                : TimeUnit.SECONDS.toNanos(number(value));
    }

    private static long number(String text) {
        try {
            return Math.max(0, (long) Math.ceil(Double.parseDouble(text)));
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private static long untilDate(String text) {
        try {
            Instant then =
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            return TimeUnit.MILLISECONDS.toNanos(
                    Math.max(0, then.toEpochMilli() - System.currentTimeMillis()));
        } catch (DateTimeException _) {
            return 0;
        }
    }
}
