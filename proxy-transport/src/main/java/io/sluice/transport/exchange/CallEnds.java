package io.sluice.transport.exchange;

import io.sluice.error.ErrorCode;
import io.sluice.error.ErrorSource;
import io.sluice.ledger.Outcome;
import io.sluice.price.CallCost;
import io.sluice.telemetry.CallListener;
import io.sluice.telemetry.CallRecord;
import io.sluice.telemetry.Termination;
import io.sluice.usage.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The exit that every call takes once: its record is made and told. */
public final class CallEnds {

    /** The status of a call whose client left before it was answered; only logged, never sent. */
    public static final int CLIENT_LEFT = 499;

    private CallEnds() {}

    /**
     * Records a call that ended before any provider was asked. Without effect where an {@link
     * Exchange} has it: that may still count what was used, or read on, and ends it itself.
     */
    public static void refused(
            GatewayRequest request,
            LoopResources resources,
            int status,
            @Nullable ErrorCode error,
            Termination end) {
        if (request.isExchanged()) {
            return;
        }
        request.cancelPermit();
        if (!request.takeRecord()) {
            return;
        }
        request.onRefused();
        long totalNanos = resources.ticker().nowNanos() - request.startNanos();
        tell(
                resources,
                new CallRecord(
                        request.id(),
                        request.correlationId(),
                        alias(request),
                        request.endpoint(),
                        request.model(),
                        null,
                        null,
                        null,
                        status,
                        error,
                        error == null ? null : ErrorSource.GATEWAY,
                        end,
                        request.startMillis(),
                        -1,
                        totalNanos,
                        totalNanos,
                        0,
                        false,
                        new Usage(),
                        request.bodyBytes(),
                        request.sink().payloadBytes(),
                        CallCost.NOT_SENT,
                        null));
    }

    /**
     * Records a call for which a provider was, or was to be, asked.
     *
     * @param last the attempt that decided it, {@code null} where none was made
     * @param attempts how many were made
     * @param isStream whether the answer is an event stream
     * @param outcome {@code null} where no provider was asked
     */
    static void finished(
            GatewayRequest request,
            LoopResources resources,
            CallEnd end,
            @Nullable Attempt last,
            int attempts,
            boolean isStream,
            @Nullable Outcome outcome,
            Usage usage,
            CallTimes times,
            CallCost cost) {
        request.endAttempt(last != null && last.isAsked());
        if (attempts == 0) {
            request.cancelPermit();
        } else {
            request.closePermit();
        }
        if (!request.takeRecord()) {
            return;
        }
        if (attempts == 0) {
            request.onRefused();
        }
        tell(
                resources,
                new CallRecord(
                        request.id(),
                        request.correlationId(),
                        alias(request),
                        request.endpoint(),
                        request.model(),
                        last == null ? null : last.model(),
                        last == null ? null : last.target().provider().name(),
                        last == null ? null : last.target().name(),
                        end.status(),
                        end.error(),
                        end.source(),
                        end.how(),
                        request.startMillis(),
                        times.firstByteNanos(),
                        resources.ticker().nowNanos() - request.startNanos(),
                        times.overheadNanos(),
                        attempts,
                        isStream,
                        usage,
                        request.bodyBytes(),
                        request.sink().payloadBytes(),
                        cost,
                        outcome));
    }

    private static void tell(LoopResources resources, CallRecord call) {
        List<CallListener> listeners = resources.listeners();
        for (int i = 0; i < listeners.size(); i++) {
            listeners.get(i).onCallFinished(call);
        }
    }

    static @Nullable String alias(GatewayRequest request) {
        return request.principal() == null ? null : request.principal().alias();
    }
}
