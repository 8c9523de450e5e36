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
     * Adds the lines for the limits of a call, each with its CRLF; none where it has no limits.
     * Gemini's dialect has no such fields, so its callers see OpenAI's.
     *
     * @param scratch is overwritten
     */
    static void add(
            StringBuilder lines,
            Dialect dialect,
            Levels levels,
            RateStatus scratch,
            long nowNanos,
            long nowMillis) {
        for (int i = 0; i < SHOWN.size(); i++) {
            LimitUnit unit = SHOWN.get(i);
            if (scratch.read(levels, unit, nowNanos)) {
                switch (dialect) {
                    case OPENAI_CHAT,
                            OPENAI_RESPONSES,
                            GEMINI,
                            BEDROCK_CONVERSE,
                            COHERE_CHAT,
                            OLLAMA_CHAT ->
                            addOpenAi(lines, scratch, unit);
                    case ANTHROPIC_MESSAGES -> addAnthropic(lines, scratch, unit, nowMillis);
                }
            }
        }
    }

    private static void addOpenAi(StringBuilder lines, RateStatus status, LimitUnit unit) {
        String word = unit.word();
        lines.append("x-ratelimit-limit-").append(word).append(": ").append(status.limit());
        lines.append("\r\nx-ratelimit-remaining-").append(word).append(": ");
        lines.append(status.remaining());
        lines.append("\r\nx-ratelimit-reset-").append(word).append(": ");
        addDuration(lines, status.resetNanos());
        lines.append("\r\n");
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
