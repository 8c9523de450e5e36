package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.sluice.error.ErrorCode;
import io.sluice.error.ErrorSource;
import io.sluice.http.ResponseHead;
import io.sluice.price.CallCost;
import io.sluice.routing.Target;
import io.sluice.telemetry.Termination;
import io.sluice.transport.loop.Ticking;
import io.sluice.usage.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The life of one call after it was routed: attempts, the answer, the end.
 *
 * <p>Confined to the event loop that accepted the call.
 */
public final class Exchange extends Ticking implements Attempt.Listener {

    /*
     * A call moves forward only. Up to AWAITING_BODY the client has seen nothing and another target
     * may be tried; from STREAMING on it has seen bytes that cannot be taken back, and a failure
     * ends the answer where it stands. DONE is entered once, through end(), on every path, and
     * there the call's record is made: before the last bytes are handed to the client's socket.
     *
     * A connection that the pool had kept and that dies before any byte came back says nothing
     * about its target: the request goes out once more on a fresh one, which is an attempt but not
     * a retry.
     */

    private enum State {
        WAITING_TO_RETRY,
        ATTEMPTING,
        AWAITING_BODY,
        STREAMING,
        DONE
    }

    private final GatewayRequest request;
    private final ResponseSink sink;
    private final LoopResources resources;
    private final List<String> captured;
    private final Retries retries;
    private final Deadlines deadlines;
    private final CallTimes times;
    private final Answer answer;

    private State state = State.WAITING_TO_RETRY;
    private @Nullable Attempt attempt;
    private @Nullable Target waitsFor;
    private int attempts;
    private long retryAtNanos;

    public Exchange(RoutedRequest routed, LoopResources resources) {
        this.request = routed.request();
        this.sink = request.sink();
        this.resources = resources;
        this.captured = routed.captured();
        this.retries =
                new Retries(
                        routed.plan(),
                        resources.random(),
                        request.snapshot().settings().router().retryAfter().toNanos());
        this.deadlines = new Deadlines(request);
        this.times = new CallTimes(request);
        this.answer = new Answer(request, resources, times);
    }

    /** Begins the first attempt. */
    public void start() {
        resources.ticker().add(this);
        deadlines.onWrite(now());
        Target first = retries.first();
        if (first == null) {
            fail(ErrorCode.NO_HEALTHY_TARGET, "no target of this model can be used");
        } else {
            attempt(first);
        }
    }

    /** The client has closed its connection. */
    public void onClientGone() {
        if (state == State.DONE) {
            return;
        }
        boolean served = state == State.STREAMING && answer.isTerminalSeen();
        Termination how = served ? Termination.COMPLETE : new Termination('C', phase());
        int shown = state == State.STREAMING ? answer.status() : CallEnds.CLIENT_LEFT;
        dropAttempt();
        end(CallEnd.of(shown, how));
    }

    /** The client takes bytes again, or no longer. */
    public void onWritabilityChanged() {
        Attempt current = attempt;
        if (state == State.STREAMING && current != null && sink.isWritable()) {
            deadlines.onRead(now());
            current.resume();
        }
    }

    /** The gateway stops and waits no longer. */
    public void onShutdown() {
        if (state != State.DONE) {
            failOrTruncate(ErrorCode.SHUTTING_DOWN, "the gateway is shutting down");
        }
    }

    private void attempt(Target target) {
        retries.onTry();
        times.onAttempt(now());
        begin(new Attempt(request, resources, target, target.modelFor(captured), this));
    }

    private void begin(Attempt next) {
        attempt = next;
        state = State.ATTEMPTING;
        next.start();
    }

    @Override
    public void onConnecting() {
        attempts++;
    }

    @Override
    public void onAsking() {
        deadlines.onAsked(now());
    }

    @Override
    public void onHead(ResponseHead head) {
        long nowNanos = now();
        deadlines.onRead(nowNanos);
        times.onUpstream(nowNanos);
        if (state == State.ATTEMPTING
                && Retries.isRetryable(head.status())
                && retryInsteadOf(head)) {
            return;
        }
        if (state == State.STREAMING) {
            continueEarly(head);
        } else {
            state = State.AWAITING_BODY;
            answer.onHead(head, attempt());
        }
    }

    /** The answer to a stream that was begun before its provider had said anything. */
    private void continueEarly(ResponseHead head) {
        if (answer.canContinue(head)) {
            answer.onHead(head, attempt());
        } else {
            attempt().abandon();
            truncate(
                    ErrorCode.UPSTREAM_CLOSED,
                    "the provider answered with status " + head.status());
        }
    }

    @Override
    public void onPayload(ByteBuf in, int index, int length, int frameIndex, int frameEnd) {
        if (state == State.AWAITING_BODY) {
            answer.preview(in, index, length);
            commit();
        }
        answer.payload(in, index, length, frameIndex, frameEnd);
    }

    @Override
    public void onReadEnd() {
        answer.endRead(attempt());
    }

    @Override
    public void onReadComplete() {
        if (state != State.STREAMING) {
            return;
        }
        long nowNanos = now();
        if (answer.isStream()) {
            resources.metrics().onChunkGap(nowNanos - deadlines.lastReadNanos());
        }
        deadlines.onRead(nowNanos);
        deadlines.onWrite(nowNanos);
        sink.flush();
        if (!sink.isWritable()) {
            attempt().pause();
        }
    }

    @Override
    public void onEnd() {
        if (state == State.AWAITING_BODY) {
            commit();
        }
        answer.finish(attempt());
        ErrorSource source = answer.status() >= 400 ? ErrorSource.UPSTREAM : null;
        end(new CallEnd(answer.status(), null, source, Termination.COMPLETE));
        answer.end();
    }

    @Override
    public void onStale(String detail) {
        if (state == State.STREAMING) {
            truncate(ErrorCode.UPSTREAM_CLOSED, detail);
        } else {
            begin(attempt().resent());
        }
    }

    @Override
    public void onFailure(ErrorCode code, String detail) {
        if (state == State.STREAMING) {
            truncate(code, detail);
        } else {
            retryOrFail(code, detail);
        }
    }

    @Override
    protected void onTick(long nowNanos) {
        switch (state) {
            case WAITING_TO_RETRY -> checkRetry(nowNanos);
            case ATTEMPTING -> checkAttempt(nowNanos);
            case AWAITING_BODY -> checkFirstByte(nowNanos);
            case STREAMING -> checkStream(nowNanos);
            case DONE -> {}
        }
        if (state != State.DONE && deadlines.isTotalOver(nowNanos)) {
            failOrTruncate(ErrorCode.UPSTREAM_TIMEOUT, deadlines.tookTooLong());
        }
    }

    private void checkRetry(long nowNanos) {
        Target next = waitsFor;
        if (next != null && retryAtNanos - nowNanos <= 0) {
            attempt(next);
        }
    }

    private void checkAttempt(long nowNanos) {
        if (attempt().isAsked()) {
            checkFirstByte(nowNanos);
        } else if (deadlines.isConnectOver(nowNanos, times.attemptNanos())) {
            dropAttempt();
            retryOrFail(ErrorCode.UPSTREAM_TIMEOUT, "the provider could not be reached in time");
        }
    }

    private void checkFirstByte(long nowNanos) {
        Target target = attempt().target();
        if (deadlines.isFirstByteOver(nowNanos, target)) {
            dropAttempt();
            retryOrFail(ErrorCode.UPSTREAM_TIMEOUT, deadlines.saidNothing(target));
        } else if (deadlines.allowsEarlyCommit() && isSilent(nowNanos)) {
            state = State.STREAMING;
            answer.beginEarly(attempt(), attempts);
            ping(nowNanos);
        }
    }

    private void checkStream(long nowNanos) {
        Target target = attempt().target();
        if (attempt().isPaused()) {
            if (deadlines.isBetweenChunksOver(nowNanos)) {
                dropAttempt();
                Termination how = new Termination('C', 'S');
                end(new CallEnd(answer.status(), ErrorCode.REQUEST_TIMEOUT, null, how));
                sink.abort();
            }
        } else if (!answer.hasHead() && deadlines.isFirstByteOver(nowNanos, target)) {
            failOrTruncate(ErrorCode.UPSTREAM_TIMEOUT, deadlines.saidNothing(target));
        } else if (answer.hasHead() && deadlines.isBetweenChunksOver(nowNanos)) {
            failOrTruncate(ErrorCode.UPSTREAM_TIMEOUT, deadlines.fellSilent());
        } else if (answer.isStream() && isSilent(nowNanos) && answer.isAtEventBoundary()) {
            ping(nowNanos);
        }
    }

    private boolean isSilent(long nowNanos) {
        return deadlines.isPingDue(nowNanos) && sink.isWritable();
    }

    /** The provider's own deadlines run on. */
    private void ping(long nowNanos) {
        answer.ping();
        deadlines.onWrite(nowNanos);
    }

    private void commit() {
        state = State.STREAMING;
        answer.begin(attempt(), attempts);
    }

    /**
     * Gives up an answer that another attempt may better, if one is left.
     *
     * @return whether it was given up
     */
    private boolean retryInsteadOf(ResponseHead head) {
        Attempt current = attempt();
        if (!retries.mayRetry(current.target())) {
            return false;
        }
        retries.noteRest(current.target(), RetryAfter.nanos(head), now());
        Target next = retries.next(now(), deadlines.longestWaitNanos(now()));
        if (next == null) {
            return false;
        }
        current.abandon();
        retry(next);
        return true;
    }

    private void retryOrFail(ErrorCode code, String message) {
        Target next =
                code.isRetryable() && retries.mayRetry(attempt().target())
                        ? retries.next(now(), deadlines.longestWaitNanos(now()))
                        : null;
        if (next == null) {
            fail(code, message);
        } else {
            retry(next);
        }
    }

    /** Tries again: at once where the target is another and wants no rest, else after a wait. */
    private void retry(Target next) {
        resources.metrics().onRetry();
        long waitNanos = retries.waitNanos(next, attempt().target(), now());
        if (waitNanos == 0) {
            attempt(next);
        } else {
            retryAtNanos = now() + waitNanos;
            waitsFor = next;
            state = State.WAITING_TO_RETRY;
        }
    }

    private void failOrTruncate(ErrorCode code, String message) {
        dropAttempt();
        if (state == State.STREAMING) {
            truncate(code, message);
        } else {
            fail(code, message);
        }
    }

    /** Answers with an error of ours; the client has seen nothing yet. */
    private void fail(ErrorCode code, String message) {
        end(CallEnd.failed(code.status(), code, phase()));
        ErrorAnswers.answer(
                sink,
                request.newResponse(code.status()).withAttempts(attempts),
                code,
                message,
                null);
    }

    /** Ends an answer in the middle, and says so where its form allows it. */
    private void truncate(ErrorCode code, String message) {
        answer.endRead(attempt());
        if (answer.isTerminalSeen()) {
            end(CallEnd.of(answer.status(), Termination.COMPLETE));
            answer.endCut();
        } else {
            Runnable cut = answer.newCut(code, message);
            end(CallEnd.failed(answer.status(), code, 'S'));
            cut.run();
        }
    }

    private void dropAttempt() {
        if (attempt != null) {
            attempt.drop();
        }
    }

    /** The one exit: makes the call's record and gives back what the call had. */
    private void end(CallEnd how) {
        state = State.DONE;
        resources.ticker().remove(this);
        Usage usage = answer.usage();
        answer.release();
        request.releaseBody();
        Attempt last = attempt;
        CallCost cost =
                attempts == 0 || last == null
                        ? CallCost.NOT_SENT
                        : CallCosts.of(request, last, usage, answer.status());
        CallEnds.finished(
                request, resources, how, last, attempts, answer.isStream(), usage, times, cost);
    }

    private char phase() {
        return switch (state) {
            case WAITING_TO_RETRY -> 'C';
            case ATTEMPTING -> attempt().isAsked() ? 'F' : 'C';
            case AWAITING_BODY -> 'F';
            case STREAMING -> 'S';
            case DONE -> '-';
        };
    }

    private Attempt attempt() {
        Attempt current = attempt;
        assert current != null;
        return current;
    }

    private long now() {
        return resources.ticker().nowNanos();
    }
}
