package io.sluice.telemetry;

import io.sluice.error.ErrorSource;
import io.sluice.price.CallCost;
import io.sluice.usage.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One event loop's numbers for one label set. Written by that loop only, read by any thread. */
final class CallSeries {

    /** The values of the label {@code status_class}; the last is for anything unheard of. */
    static final List<String> STATUS_CLASSES = List.of("2xx", "3xx", "4xx", "5xx", "other");

    /** The values of the label {@code error_source}. */
    static final List<String> ERROR_SOURCES = List.of("none", "gateway", "upstream");

    /** The values of the label {@code type} of tokens. */
    static final List<String> TOKEN_TYPES =
            List.of(
                    "input",
                    "output",
                    "cached_input",
                    "cache_write",
                    "reasoning",
                    "audio_input",
                    "audio_output");

    private static final int COST = 0;
    private static final int UNPRICED = 1;

    private final Counters requests = new Counters(STATUS_CLASSES.size() * ERROR_SOURCES.size());
    private final Counters tokens = new Counters(TOKEN_TYPES.size());
    private final Counters money = new Counters(2);
    private final Histogram duration = Metric.REQUEST_DURATION.newHistogram();
    private final Histogram firstByte = Metric.UPSTREAM_TTFT.newHistogram();

    void onCallFinished(CallRecord call) {
        requests.add(requestIndex(statusClass(call.status()), source(call.errorSource())), 1);
        duration.record(call.totalNanos());
        if (call.firstByteNanos() >= 0) {
            firstByte.record(call.firstByteNanos());
        }
        Usage usage = call.usage();
        if (usage.origin() != Usage.Origin.NONE) {
            tokens.add(0, usage.inputTokens());
            tokens.add(1, usage.outputTokens());
            tokens.add(2, usage.cachedInputTokens());
            tokens.add(3, usage.cacheWriteTokens());
            tokens.add(4, usage.reasoningTokens());
            tokens.add(5, usage.audioInputTokens());
            tokens.add(6, usage.audioOutputTokens());
        }
        CallCost cost = call.cost();
        if (cost.isInDollars()) {
            money.add(COST, Math.min(cost.dollarPicos(), Long.MAX_VALUE - money.value(COST)));
        } else if (cost.state() == CallCost.State.UNPRICED) {
            money.add(UNPRICED, 1);
        }
    }

    /** Whether no call has been counted here yet. */
    boolean isEmpty() {
        return duration.isEmpty();
    }

    long requests(int statusClass, int errorSource) {
        return requests.value(requestIndex(statusClass, errorSource));
    }

    long tokens(int type) {
        return tokens.value(type);
    }

    /** In 10^-12 dollars; never beyond {@link Long#MAX_VALUE}. */
    long costPicos() {
        return money.value(COST);
    }

    long unpricedCalls() {
        return money.value(UNPRICED);
    }

    Histogram duration() {
        return duration;
    }

    Histogram firstByte() {
        return firstByte;
    }

    private static int requestIndex(int statusClass, int errorSource) {
        return statusClass * ERROR_SOURCES.size() + errorSource;
    }

    private static int statusClass(int status) {
        int hundreds = status / 100;
        return hundreds >= 2 && hundreds <= 5 ? hundreds - 2 : STATUS_CLASSES.size() - 1;
    }

    private static int source(@Nullable ErrorSource source) {
        if (source == null) {
            return 0;
        }
        return switch (source) {
            case GATEWAY -> 1;
            case UPSTREAM -> 2;
        };
    }
}
