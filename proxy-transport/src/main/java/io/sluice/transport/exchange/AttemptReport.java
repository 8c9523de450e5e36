package io.sluice.transport.exchange;

import io.sluice.error.ErrorCode;
import io.sluice.ledger.Outcome;
import io.sluice.price.CallCost;
import io.sluice.routing.Target;
import io.sluice.telemetry.Termination;
import io.sluice.usage.Usage;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one attempt: who asked what of whom, and in the end what became of it.
 *
 * <p>Made for each attempt that is admitted. Confined to the event loop of its call.
 */
public final class AttemptReport {

    private static final CallEnd UNKNOWN = CallEnd.of(0, Termination.COMPLETE);

    private final GatewayRequest request;
    private final Target target;
    private final String model;
    private final long callHigh;
    private final long callLow;
    private final int number;
    private final long admittedMillis;

    private Outcome outcome = Outcome.CRASHED;
    private CallEnd end = UNKNOWN;
    private Usage usage = CallBooks.NOTHING;
    private CallCost cost = CallCost.UNMEASURED;
    private long outputTokens;
    private long firstByteNanos = -1;
    private long totalNanos = -1;
    private long overheadNanos = -1;
    private long answerBytes;

    /**
     * An attempt that begins.
     *
     * @param model the target's name for the model
     * @param callHigh the first half of what the call is known by
     * @param callLow the second half
     * @param number of the attempt in its call, counted from 1
     * @param admittedMillis now, in milliseconds of the epoch
     */
    AttemptReport(
            GatewayRequest request,
            Target target,
            String model,
            long callHigh,
            long callLow,
            int number,
            long admittedMillis) {
        this.request = request;
        this.target = target;
        this.model = model;
        this.callHigh = callHigh;
        this.callLow = callLow;
        this.number = number;
        this.admittedMillis = admittedMillis;
    }

    /** How much of the answer has come. */
    void progress(long tokens, long bytes) {
        outputTokens = tokens;
        answerBytes = bytes;
    }

    /** What the attempt used. */
    void used(Usage itsUsage, CallCost itsCost) {
        usage = itsUsage;
        cost = itsCost;
    }

    /** The end. */
    void end(Outcome how, CallEnd ofCall, CallTimes times, long nowNanos) {
        outcome = how;
        end = ofCall;
        firstByteNanos = times.firstByteNanos();
        totalNanos = nowNanos - request.startNanos();
        overheadNanos = times.overheadNanos();
        answerBytes = request.sink().payloadBytes();
    }

    public GatewayRequest request() {
        return request;
    }

    public Target target() {
        return target;
    }

    /** The target's name for the model. */
    public String model() {
        return model;
    }

    /** The first half of what the call is known by for ever. */
    public long callHigh() {
        return callHigh;
    }

    /** The second half. */
    public long callLow() {
        return callLow;
    }

    /** Counts the attempts of the call from 1. */
    public int number() {
        return number;
    }

    /** When it was admitted, in milliseconds of the epoch. */
    public long admittedMillis() {
        return admittedMillis;
    }

    public Outcome outcome() {
        return outcome;
    }

    /** The status the caller was sent; of an attempt that was retried, the provider's, or 0. */
    public int status() {
        return end.status();
    }

    /** The gateway's own error, where there was one. */
    public @Nullable ErrorCode error() {
        return end.error();
    }

    public Termination termination() {
        return end.how();
    }

    /** What it used; {@link Usage#origin} says who counted. */
    public Usage usage() {
        return usage;
    }

    public CallCost cost() {
        return cost;
    }

    /** Tokens that have come out so far, by the length of their text. */
    public long outputTokens() {
        return outputTokens;
    }

    /** From the start of the call to the first payload in nanoseconds, -1 where none came. */
    public long firstByteNanos() {
        return firstByteNanos;
    }

    /** From the start of the call to its end in nanoseconds. */
    public long totalNanos() {
        return totalNanos;
    }

    /** What the gateway added before the response head in nanoseconds, -1 where there is none. */
    public long overheadNanos() {
        return overheadNanos;
    }

    /** The answer's payload, as far as it was handed to the caller's socket. */
    public long answerBytes() {
        return answerBytes;
    }
}
