package io.sluice.admission;

import io.sluice.message.Dialect;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What responses say of rate limits, as header lines in the form of the caller's dialect. */
public final class RateHeaders {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private static final List<LimitUnit> SHOWN = List.of(LimitUnit.REQUESTS, LimitUnit.TOKENS);

    private RateHeaders() {}

    /**
     * The lines for the limits of a call, each with its CRLF; empty where it has none. Gemini's
     * dialect has no such fields, so its callers see OpenAI's.
     *
     * @param scratch is overwritten
     */
    public static String lines(
            Dialect dialect,
            List<Account> accounts,
            RateStatus scratch,
            long nowNanos,
            long nowMillis) {
        StringBuilder lines = new StringBuilder();
        for (LimitUnit unit : SHOWN) {
            if (scratch.read(accounts, unit, nowNanos)) {
                switch (dialect) {
                    case OPENAI_CHAT, OPENAI_RESPONSES, GEMINI -> addOpenAi(lines, scratch, unit);
                    case ANTHROPIC_MESSAGES -> addAnthropic(lines, scratch, unit, nowMillis);
                }
            }
        }
        return lines.toString();
    }

    private static void addOpenAi(StringBuilder lines, RateStatus status, LimitUnit unit) {
        String name = unit.word() + ": ";
        lines.append("x-ratelimit-limit-").append(name).append(status.limit());
        lines.append("\r\nx-ratelimit-remaining-").append(name).append(status.remaining());
        lines.append("\r\nx-ratelimit-reset-").append(name);
        lines.append(duration(status.resetNanos())).append("\r\n");
    }

    /** The time of a reset is an instant there, in whole seconds (RFC 3339). */
    private static void addAnthropic(
            StringBuilder lines, RateStatus status, LimitUnit unit, long nowMillis) {
        String name = "anthropic-ratelimit-" + unit.word() + "-";
        long waitMillis = Math.ceilDiv(Math.max(0, status.resetNanos()), MILLISECOND);
        Instant reset = Instant.ofEpochSecond(Math.ceilDiv(nowMillis + waitMillis, 1000));
        lines.append(name).append("limit: ").append(status.limit()).append("\r\n");
        lines.append(name).append("remaining: ").append(status.remaining()).append("\r\n");
        lines.append(name).append("reset: ").append(reset).append("\r\n");
    }

    /** How long a refused caller is to wait, twice: in seconds and in milliseconds. */
    public static String retryAfter(long waitNanos) {
        return "retry-after: "
                + Math.max(1, Math.ceilDiv(waitNanos, SECOND))
                + "\r\nretry-after-ms: "
                + Math.max(1, Math.ceilDiv(waitNanos, MILLISECOND))
                + "\r\n";
    }

    /** A time as OpenAI writes it: {@code 120ms}, {@code 1s}, {@code 6m0s}, {@code 2h0m5s}. */
    static String duration(long nanos) {
        if (nanos < SECOND) {
            return Math.ceilDiv(Math.max(0, nanos), MILLISECOND) + "ms";
        }
        long seconds = Math.ceilDiv(nanos, SECOND);
        StringBuilder text = new StringBuilder();
        if (seconds >= 3600) {
            text.append(seconds / 3600).append('h');
        }
        if (seconds >= 60) {
            text.append(seconds / 60 % 60).append('m');
        }
        return text.append(seconds % 60).append('s').toString();
    }
}
