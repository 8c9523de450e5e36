package io.sluice.admission;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much of something may be used in any time of a certain length. Immutable.
 *
 * @param window at least a millisecond
 * @param amount at least 0, at most {@link #MAX_AMOUNT}
 * @param model the one whose calls count, as callers name it; {@code null} for all calls
 */
public record RateLimit(LimitUnit unit, Duration window, long amount, @Nullable String model) {

    /** The most that a limit can say. */
    public static final long MAX_AMOUNT = RateWindow.MAX_COUNT;

    public RateLimit {
        if (window.toMillis() < 1 || amount < 0 || amount > MAX_AMOUNT) {
            throw new IllegalArgumentException("no such limit: " + amount + " in " + window);
        }
    }

    /** A limit of all calls. */
    public RateLimit(LimitUnit unit, Duration window, long amount) {
        this(unit, window, amount, null);
    }

    /** For messages, such as {@code 60 requests per minute}. */
    public String text() {
        String rate = amount + " " + unit.word() + " per " + windowText();
        return model == null ? rate : rate + " of the model " + model;
    }

    private String windowText() {
        return switch ((int) Math.min(window.toMillis(), Integer.MAX_VALUE)) {
            case 1_000 -> "second";
            case 60_000 -> "minute";
            case 3_600_000 -> "hour";
            case 86_400_000 -> "day";
            default -> window.toMillis() + " ms";
        };
    }
}
