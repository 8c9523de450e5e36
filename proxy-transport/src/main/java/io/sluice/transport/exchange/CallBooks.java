package io.sluice.transport.exchange;

import io.sluice.admission.Refusal;
import io.sluice.ledger.Outcome;
import io.sluice.message.Endpoint;
import io.sluice.price.CallCost;
import io.sluice.usage.TokenEstimator;
import io.sluice.usage.Usage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The books of one call: each attempt that may reach a provider is admitted once and settled once.
 *
 * <p>Confined to the event loop of its call.
 */
final class CallBooks {

    /*
     * What a provider has reported is settled at once. What it has not is counted on another
     * thread, and whoever settles waits for that, but never for long: a count that does not come
     * in time is replaced by one of bytes.
     *
     * Budgets are charged with each row, by its amount. Where a row has none although the request
     * went out, the provider may have billed anything up to the hold, and that is charged. Nothing
     * is, and the hold stays for the next attempt, where the provider has refused the request or
     * had closed its connection before it.
     */

    /** Shared, and never changed. */
    static final Usage NOTHING = new Usage();

    private static final int MIN_ERROR = 400;
    private static final long MAX_COUNTING_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long CROSSING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final GatewayRequest request;
    private final LoopResources resources;
    private final CallTimes times;
    private final Answer answer;
    private final Runnable onSettled;
    private final BackgroundBooks backgroundBooks;

    private @Nullable Attempt attempt;
    private @Nullable AttemptReport open;
    private TokenEstimator.@Nullable Sample counting;
    private boolean isSettling;
    private long callHigh;
    private long callLow;
    private long countingNanos;
    private long progressNanos;
    private long admittedNanos;
    private int admitted;
    private Usage usage = NOTHING;
    private @Nullable CallCost cost;

    /**
     * The books of a call.
     *
     * @param onSettled is told where {@link #settle} could not settle at once
     */
    CallBooks(
            GatewayRequest request,
            LoopResources resources,
            CallTimes times,
            Answer answer,
            Runnable onSettled) {
        this.request = request;
        this.resources = resources;
        this.times = times;
        this.answer = answer;
        this.onSettled = onSettled;
        this.backgroundBooks = resources.backgroundBooks();
    }

    /** Admits an attempt that is about to be sent. */
    AttemptListener.Admission admit(Attempt next, long nowNanos) {
        if (callHigh == 0 && callLow == 0) {
            callHigh = resources.random().nextLong();
            callLow = resources.random().nextLong();
        }
        long sinceStartMillis = TimeUnit.NANOSECONDS.toMillis(nowNanos - request.startNanos());
        AttemptReport report =
                new AttemptReport(
                        request,
                        next.target(),
                        next.model(),
                        callHigh,
                        callLow,
                        admitted + 1,
                        request.startMillis() + sinceStartMillis);
        AttemptListener.Admission admission = resources.books().attempts().onAdmit(report);
        if (admission == AttemptListener.Admission.ADMITTED) {
            admitted++;
            resources.onAttemptOpened();
            attempt = next;
            open = report;
            progressNanos = nowNanos;
            admittedNanos = nowNanos;
            usage = NOTHING;
            cost = null;
        }
        return admission;
    }

    /**
     * Settles the attempt that is open, if one is, since another one is made.
     *
     * @param status what the provider answered, 0 where it said nothing
     * @return why no other may be made, or {@code null}
     */
    @Nullable Refusal settleRetried(int status, char phase) {
        settleForAnother(status, phase);
        return request.renewPermit();
    }

    /**
     * The same, where what the call was admitted with is given back and taken anew.
     *
     * @param status what the provider answered, 0 where it said nothing
     */
    void settleForAnother(int status, char phase) {
        boolean isAsked = open != null;
        settleRetried(status, phase, status < MIN_ERROR);
        request.endAttempt(isAsked);
    }

    /**
     * Settles the attempt that is open, whose kept connection had died before anything came back.
     *
     * @return why no other may be made, or {@code null}
     */
    @Nullable Refusal settleStale(char phase) {
        settleRetried(0, phase, now() - admittedNanos > CROSSING_NANOS);
        Refusal refusal = request.renewPermit();
        return refusal == null ? request.renewAttempt() : refusal;
    }

    private void settleRetried(int status, char phase, boolean mayBeBilled) {
        AttemptReport report = open;
        if (report != null) {
            open = null;
            report.used(NOTHING, CallCost.UNMEASURED);
            report.end(Outcome.RETRIED, CallEnd.retried(status, phase), times, now());
            tell(report, mayBeBilled);
        }
    }

    /**
     * Settles the attempt that is open, if one is.
     *
     * @return whether none is open any more; if not, {@code onSettled} is told soon
     */
    boolean settle(Outcome outcome, CallEnd end) {
        AttemptReport report = open;
        Attempt settled = attempt;
        if (report == null || settled == null) {
            return true;
        }
        if (counting != null) {
            return false;
        }
        report.end(outcome, end, times, now());
        Usage said = answer.usage();
        if (said.origin() != Usage.Origin.NONE || !isBilled(outcome)) {
            close(report, settled, said);
            return true;
        }
        isSettling = true;
        count(report, settled);
        isSettling = false;
        return open == null;
    }

    /** Ends a count that does not come, and tells of progress. */
    void onTick(long nowNanos) {
        AttemptReport report = open;
        Attempt current = attempt;
        TokenEstimator.Sample sample = counting;
        if (report == null || current == null) {
            return;
        }
        if (sample != null) {
            if (nowNanos - countingNanos > MAX_COUNTING_NANOS) {
                close(report, current, TokenEstimator.ofBytes(sample));
                onSettled.run();
            }
        } else if (nowNanos - progressNanos > PROGRESS_NANOS) {
            progressNanos = nowNanos;
            report.progress(answer.spokenTokens(), request.sink().payloadBytes());
            resources.books().attempts().onProgress(report);
        }
    }

    /** What the last attempt used. */
    Usage usage() {
        return usage;
    }

    /** What the last attempt cost, {@code null} where none was settled. */
    @Nullable CallCost cost() {
        return cost;
    }

    /** Whether tokens were used although nobody says how many. */
    private boolean isBilled(Outcome outcome) {
        Endpoint endpoint = request.endpoint();
        boolean isFree = endpoint != null && endpoint.isFree();
        if (isFree || answer.status() >= MIN_ERROR) {
            return false;
        }
        return answer.hasHead() || outcome == Outcome.CANCELLED;
    }

    private void count(AttemptReport report, Attempt settled) {
        Samples samples = answer.takeSamples();
        TokenEstimator.Sample sample =
                new TokenEstimator.Sample(
                        settled.model(), samples.request(), samples.answer(), answer.unreadBytes());
        counting = sample;
        countingNanos = now();
        resources
                .books()
                .estimator()
                .estimate(
                        sample,
                        counted -> {
                            if (resources.loop().inEventLoop()) {
                                onCounted(report, settled, samples, counted);
                            } else {
                                resources
                                        .loop()
                                        .execute(
                                                () -> onCounted(report, settled, samples, counted));
                            }
                        });
    }

    // A report stands for one attempt alone.
    @SuppressWarnings("ReferenceEquality")
    private void onCounted(AttemptReport report, Attempt settled, Samples samples, Usage counted) {
        resources.giveBack(samples);
        if (open == report) {
            close(report, settled, counted);
            if (!isSettling) {
                onSettled.run();
            }
        }
    }

    private void close(AttemptReport report, Attempt settled, Usage used) {
        open = null;
        counting = null;
        usage = used;
        CallCost itsCost = CallCosts.of(request, settled, used, answer.status());
        cost = itsCost;
        report.used(used, itsCost);
        boolean isRefused = used.origin() == Usage.Origin.NONE && answer.status() >= MIN_ERROR;
        tell(report, !isRefused);
    }

    private void tell(AttemptReport report, boolean mayBeBilled) {
        resources.books().attempts().onSettle(report);
        if (mayBeBilled || report.cost().state() == CallCost.State.PRICED) {
            backgroundBooks.charge(request, report, answer);
        }
        if (request.endpoint() == Endpoint.STORED_RESPONSE) {
            backgroundBooks.book(request, report, answer);
        }
        resources.onAttemptSettled();
    }

    private long now() {
        return resources.ticker().nowNanos();
    }
}
