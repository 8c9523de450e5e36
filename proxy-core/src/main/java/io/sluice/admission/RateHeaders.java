package io.sluice.admission;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** What responses say of rate limits, as header lines in OpenAI's form. */
public final class RateHeaders {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private RateHeaders() {}

    /**
     * The lines for the limits of a call that is refused; as {@link #addOpenAi}.
     *
     * @param scratch is overwritten
     */
    public static String openAi(List<Account> accounts, RateStatus scratch, long nowNanos) {
        StringBuilder lines = new StringBuilder();
        addOpenAi(lines, accounts, scratch, nowNanos);
        return lines.toString();
    }

    /**
     * Adds the lines for the limits of a call, each with its CRLF; none where it has no limits.
     *
     * @param scratch is overwritten
     */
    static void addOpenAi(
            StringBuilder lines, List<Account> accounts, RateStatus scratch, long nowNanos) {
        addOpenAi(lines, accounts, scratch, LimitUnit.REQUESTS, nowNanos);
        addOpenAi(lines, accounts, scratch, LimitUnit.TOKENS, nowNanos);
    }

    private static void addOpenAi(
            StringBuilder lines,
            List<Account> accounts,
            RateStatus status,
            LimitUnit unit,
            long nowNanos) {
        if (status.read(accounts, unit, nowNanos)) {
            String name = unit.word() + ": ";
            lines.append("x-ratelimit-limit-").append(name).append(status.limit());
            lines.append("\r\nx-ratelimit-remaining-").append(name).append(status.remaining());
            lines.append("\r\nx-ratelimit-reset-").append(name);
            addDuration(lines, status.resetNanos());
            lines.append("\r\n");
        }
    }

    /** How long a refused caller is to wait, twice: in seconds and in milliseconds. */
    public static String retryAfter(long waitNanos) {
        return "retry-after: "
                + Math.max(1, Math.ceilDiv(waitNanos, SECOND))
                + "\r\nretry-after-ms: "
                + Math.max(1, Math.ceilDiv(waitNanos, MILLISECOND))
                + "\r\n";
    }

    /** Adds a time as OpenAI writes it: {@code 120ms}, {@code 1s}, {@code 6m0s}, {@code 2h0m5s}. */
    static void addDuration(StringBuilder text, long nanos) {
        if (nanos < SECOND) {
            text.append(Math.ceilDiv(Math.max(0, nanos), MILLISECOND)).append("ms");
            return;
        }
        long seconds = Math.ceilDiv(nanos, SECOND);
        if (seconds >= 3600) {
            text.append(seconds / 3600).append('h');
        }
        if (seconds >= 60) {
            text.append(seconds / 60 % 60).append('m');
        }
        text.append(seconds % 60).append('s');
    }
}
