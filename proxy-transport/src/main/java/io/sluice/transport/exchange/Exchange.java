package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.sluice.admission.Refusal;
import io.sluice.config.FailoverSettings;
import io.sluice.config.FailureKind;
import io.sluice.error.ErrorCode;
import io.sluice.error.ErrorSource;
import io.sluice.error.GatewayException;
import io.sluice.health.Breaker;
import io.sluice.http.ResponseHead;
import io.sluice.ledger.Outcome;
import io.sluice.message.CallFields;
import io.sluice.price.CallCost;
import io.sluice.routing.PoolKey;
import io.sluice.routing.Target;
import io.sluice.telemetry.Termination;
import io.sluice.transport.loop.Ticking;
import io.sluice.usage.AnswerMeter;
import java.util.concurrent.TimeUnit;
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
     * ends the answer where it stands. A client that leaves then may leave a DRAINING call behind:
     * its answer is read on to learn what it used. DONE is entered once, through end(), on every
     * path, and there the call's record is made: before the last bytes are handed to the client's
     * socket. Where what was used has to be counted first, the call is SETTLING until then.
     *
     * In AWAITING_BODY a gate may hold back what has come of the answer, while it may yet turn out
     * to be an error that another attempt or another model betters; the client has seen nothing.
     *
     * A connection that the pool had kept and that dies before any byte came back says nothing
     * about its target: the request goes out once more on a fresh one, which is an attempt but not
     * a retry.
     */

    /** How long the words of an error are waited for. */
    private static final long MOST_ERROR_NANOS = TimeUnit.SECONDS.toNanos(2);

    private enum State {
        WAITING_TO_RETRY,
        ATTEMPTING,
        AWAITING_BODY,
        STREAMING,
        DRAINING,
        SETTLING,
        DONE
    }

    private final GatewayRequest request;
    private final ResponseSink sink;
    private final LoopResources resources;
    private final FallbackRouter elsewhere;
    private final FailoverSettings failover;
    private final Deadlines deadlines;
    private final CallTimes times;
    private final Answer answer;
    private final CallBooks books;
    private final LastWords lastWords;
    private final Parking parking;

    private State state = State.WAITING_TO_RETRY;
    private RoutedRequest routed;
    private Retries retries;
    private @Nullable Fallbacks fallbacks;
    private @Nullable Gate gate;
    private @Nullable Attempt attempt;
    private @Nullable Target waitsFor;
    private @Nullable Drain drain;
    private @Nullable CallEnd ending;
    private @Nullable Outcome outcome;
    private boolean isHeld;
    private int attempts;
    private long retryAtNanos;
    private @Nullable Refusal soonest;
    private @Nullable Target soonestTarget;
    private @Nullable GatewayException unsuitable;

    /** A call that no other model is asked for. */
    public Exchange(RoutedRequest routed, LoopResources resources) {
        this(routed, resources, FallbackRouter.NONE);
    }

    /**
     * A call.
     *
     * @param elsewhere finds other models for it
     */
    public Exchange(RoutedRequest routed, LoopResources resources, FallbackRouter elsewhere) {
        this.routed = routed;
        this.elsewhere = elsewhere;
        this.request = routed.request();
        request.becomeExchanged();
        this.sink = request.sink();
        this.resources = resources;
        this.failover = request.snapshot().settings().failover();
        this.retries = newRetries(routed);
        this.deadlines = new Deadlines(request);
        this.times = new CallTimes(request);
        this.answer = new Answer(request, resources, times);
        this.books = new CallBooks(request, resources, times, answer, this::onSettled);
        this.lastWords = new LastWords(request, answer);
        this.parking = new Parking(resources);
    }

    private Retries newRetries(RoutedRequest of) {
        return new Retries(
                of,
                resources.random(),
                request.snapshot().settings().router().retryAfter().toNanos(),
                failover);
    }

    /** Begins the first attempt. */
    public void start() {
        resources.ticker().add(this);
        resources.retryBudget().onCall(now());
        deadlines.onWrite(now());
        RoutedRequest larger = largerModel();
        if (larger != null) {
            goTo(larger, FailureKind.CONTEXT_WINDOW);
            return;
        }
        Target first = retries.first(now());
        if (first == null) {
            failWithoutTarget();
        } else {
            attempt(first);
        }
    }

    /** The client has closed its connection. */
    public void onClientGone() {
        lastWords.nothing();
        boolean isServed = state == State.STREAMING && answer.isTerminalSeen();
        switch (state) {
            case DRAINING, SETTLING, DONE -> {}
            case WAITING_TO_RETRY, ATTEMPTING, AWAITING_BODY, STREAMING -> {
                if (state == State.STREAMING && !isServed && mayDrain()) {
                    startDraining();
                } else if (isServed) {
                    dropAttempt();
                    end(CallEnd.of(answer.status(), Termination.COMPLETE), completed());
                } else {
                    cancel();
                }
            }
        }
    }

    private void cancel() {
        int shown = state == State.STREAMING ? answer.status() : CallEnds.CLIENT_LEFT;
        Termination how = new Termination('C', phase());
        dropAttempt();
        end(CallEnd.of(shown, how), Outcome.CANCELLED);
    }

    private boolean mayDrain() {
        return answer.hasHead()
                && answer.status() < 400
                && Drain.rule(request, attempt().target()).drains()
                && resources.addDraining(this);
    }

    private void startDraining() {
        state = State.DRAINING;
        drain = new Drain(Drain.rule(request, attempt().target()), now(), answer.spokenTokens());
        answer.discard();
        deadlines.onRead(now());
        attempt().resume();
    }

    private void endDraining(Outcome how) {
        dropAttempt();
        end(CallEnd.of(answer.status(), new Termination('C', 'S')), how);
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
        if (isOver()) {
            return;
        }
        if (state == State.DRAINING) {
            endDraining(Outcome.DRAIN_CAPPED);
        } else {
            failOrTruncate(ErrorCode.SHUTTING_DOWN, "the gateway is shutting down");
        }
    }

    /**
     * The model for a request that its own cannot read, {@code null} where it can or none is said.
     */
    private @Nullable RoutedRequest largerModel() {
        String model = request.model();
        boolean isSaid = model != null && failover.fallbacks().contextWindow().containsKey(model);
        return isSaid && ContextCount.isTooLong(routed)
                ? nextModel(FailureKind.CONTEXT_WINDOW)
                : null;
    }

    private void failWithoutTarget() {
        RoutedRequest other = nextModel(FailureKind.RATE_LIMIT);
        if (other == null) {
            failUnhealthy();
        } else {
            goTo(other, FailureKind.RATE_LIMIT);
        }
    }

    private void attempt(Target target) {
        long nowNanos = now();
        Refusal refusal =
                resources
                        .targets()
                        .admit(
                                request,
                                target,
                                routed.captured(),
                                retries.hasOneTarget(),
                                nowNanos);
        if (refusal != null) {
            passOver(target, refusal);
            return;
        }
        PoolKey key = retries.enter(target, nowNanos);
        if (key == null) {
            request.endAttempt(false);
            passOver(target, null);
            return;
        }
        soonest = null;
        retries.onTry();
        times.onAttempt(nowNanos);
        TargetEntry entry = new TargetEntry(target, key, outputAsked(request), nowNanos);
        begin(new Attempt(request, resources, entry, target.modelFor(routed.captured()), this));
    }

    /** The most output that the caller asks for in tokens, 0 where it does not say. */
    private static long outputAsked(GatewayRequest request) {
        CallFields fields = request.fields();
        return fields == null ? 0 : Math.max(0, fields.outputBound());
    }

    /** Every target rests, or none can be used at all. */
    private void failUnhealthy() {
        long waitNanos = retries.waitNanos(now());
        if (attempts == 0) {
            request.cancelPermit();
        } else {
            request.closePermit();
        }
        GatewayException failure =
                request.refuse(
                        new Refusal(
                                ErrorCode.NO_HEALTHY_TARGET,
                                "no target of this model can be used at this moment",
                                waitNanos == Breaker.FOR_EVER ? Refusal.FOR_EVER : waitNanos),
                        "");
        fail(failure.code(), failure.text());
    }

    /**
     * A target has no room, and has given nothing: another one may have.
     *
     * @param refusal {@code null} where another call was faster to take what there was
     */
    private void passOver(Target target, @Nullable Refusal refusal) {
        Refusal before = soonest;
        if (refusal != null && (before == null || isSooner(refusal, before))) {
            soonest = refusal;
            soonestTarget = target;
        }
        state = State.WAITING_TO_RETRY;
        retries.passOver(target);
        Target other = retries.next(now(), deadlines.longestWaitNanos(now()));
        RoutedRequest model = other == null ? nextModel(FailureKind.RATE_LIMIT) : null;
        if (other != null) {
            tryNext(other);
        } else if (model != null) {
            goTo(model, FailureKind.RATE_LIMIT);
        } else if (soonest == null) {
            failWithoutTarget();
        } else {
            refuse();
        }
    }

    private static boolean isSooner(Refusal one, Refusal other) {
        return one.waitNanos() != Refusal.FOR_EVER
                && (other.waitNanos() == Refusal.FOR_EVER || one.waitNanos() < other.waitNanos());
    }

    /** No target has room. */
    private void refuse() {
        Refusal refusal = soonest;
        Target target = soonestTarget;
        assert refusal != null && target != null;
        GatewayException failure =
                resources.targets().refuse(request, target, refusal, attempts == 0, now());
        fail(failure.code(), failure.text());
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
    public AttemptListener.Admission onAsking(Attempt asking) {
        long nowNanos = now();
        AttemptListener.Admission admission = books.admit(asking, nowNanos);
        if (admission == AttemptListener.Admission.WAIT && !parking.enter(nowNanos)) {
            admission = AttemptListener.Admission.FULL;
        }
        if (admission != AttemptListener.Admission.WAIT) {
            parking.leave();
        }
        deadlines.onAsked(nowNanos);
        asking.entry().onAsked(nowNanos);
        return admission;
    }

    @Override
    public void onMustWait() {
        attempts--;
        state = State.WAITING_TO_RETRY;
        retryAtNanos = now() + Parking.INTERVAL_NANOS;
    }

    @Override
    public void onHead(ResponseHead head) {
        long nowNanos = now();
        deadlines.onRead(nowNanos);
        times.onUpstream(nowNanos);
        if (state == State.STREAMING) {
            continueEarly(head);
            return;
        }
        FailureKind kind = Failures.ofStatus(head.status());
        boolean isPlain = kind != null && kind != FailureKind.BAD_REQUEST;
        if (kind != null && isPlain && goElsewhere(kind, head.status(), RetryAfter.nanos(head))) {
            return;
        }
        state = State.AWAITING_BODY;
        gate = isPlain ? null : newGate(head, kind, nowNanos);
        if (gate == null) {
            answer.onHead(head, attempt());
        }
    }

    /** A gate for an answer that may turn out to be an error, {@code null} where none is wanted. */
    private @Nullable Gate newGate(ResponseHead head, @Nullable FailureKind kind, long nowNanos) {
        long mostNanos = failover.gateTime().toNanos();
        if (kind != null && mayBeBettered()) {
            mostNanos = Math.max(mostNanos, MOST_ERROR_NANOS);
        } else if (kind != null || mostNanos == 0) {
            return null;
        }
        AnswerMeter.Kind form = AnswerForm.of(request, attempt().foreign(), head).kind();
        if (kind == null && form == AnswerMeter.Kind.OPAQUE) {
            return null;
        }
        return new Gate(
                head, form, sink.alloc().buffer(), failover.gateBytes(), nowNanos + mostNanos);
    }

    /** Whether what the provider's words tell may lead elsewhere. */
    private boolean mayBeBettered() {
        String model = request.model();
        return retries.hasPolicy()
                || (model != null
                        && (failover.fallbacks().has(FailureKind.CONTEXT_WINDOW, model)
                                || failover.fallbacks().has(FailureKind.CONTENT_POLICY, model)));
    }

    /** The answer to a stream that was begun before its provider had said anything. */
    private void continueEarly(ResponseHead head) {
        if (answer.canContinue(head, attempt())) {
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
        Gate closed = gate;
        if (closed != null && closed.hold(in, index, length)) {
            return;
        }
        if (closed != null) {
            open(closed);
        } else if (state == State.AWAITING_BODY) {
            attempt().entry().onFirstByte(now());
            answer.preview(in, index, length);
            commit();
        }
        answer.payload(in, index, length, frameIndex, frameEnd);
        if (request.isExhausted(answer.leastTokens()) && !answer.isTerminalSeen()) {
            cutOff();
        }
    }

    /** The call may cost no more than what has come of its answer. */
    private void cutOff() {
        if (state == State.DRAINING) {
            endDraining(Outcome.DRAIN_CAPPED);
        } else {
            failOrTruncate(
                    ErrorCode.INSUFFICIENT_QUOTA,
                    "the answer was cut off: what a hard budget held for this call is used up");
        }
    }

    /** What was held back goes to the client, and all that follows. */
    private void open(Gate opened) {
        gate = null;
        answer.onHead(opened.head(), attempt());
        commit();
        opened.replay(answer);
        answer.endRead(attempt());
        opened.release();
    }

    /**
     * Looks at what is held back.
     *
     * @param isWhole whether all of the answer has come
     * @return whether the call has gone elsewhere
     */
    private boolean checkGate(Gate closed, boolean isWhole, long nowNanos) {
        boolean isError = isWhole ? closed.isErrorAtEnd() : closed.isErrorInside();
        if (isError && (isWhole || closed.head().status() < 400)) {
            if (goElsewhere(closed.kind(), closed.head().status(), 0)) {
                return true;
            }
            open(closed);
        } else if (isWhole || closed.hasSpoken() || closed.isOver(nowNanos)) {
            open(closed);
        }
        return false;
    }

    @Override
    public void onReadEnd() {
        if (gate == null) {
            answer.endRead(attempt());
        }
    }

    @Override
    public void onReadComplete() {
        long nowNanos = now();
        Gate closed = gate;
        if (closed != null) {
            deadlines.onRead(nowNanos);
            if (checkGate(closed, /* isWhole= */ false, nowNanos)) {
                return;
            }
        }
        if (state == State.DRAINING) {
            deadlines.onRead(nowNanos);
            checkDrain(nowNanos);
        }
        if (state != State.STREAMING) {
            return;
        }
        if (answer.isStream()) {
            resources.metrics().onChunkGap(nowNanos - deadlines.lastReadNanos());
        }
        deadlines.onRead(nowNanos);
        deadlines.onWrite(nowNanos);
        isHeld =
                answer.isTerminalSeen()
                        && !books.settle(
                                completed(), CallEnd.of(answer.status(), Termination.COMPLETE));
        if (!isHeld) {
            sink.flush();
        }
        if (!sink.isWritable()) {
            attempt().pause();
        }
    }

    @Override
    public void onEnd() {
        Gate closed = gate;
        if (closed != null) {
            if (checkGate(closed, /* isWhole= */ true, now())) {
                return;
            }
        } else if (state == State.AWAITING_BODY) {
            commit();
        }
        answer.finish(attempt());
        if (state == State.DRAINING) {
            endDraining(Outcome.DRAINED);
            return;
        }
        ErrorSource source = answer.status() >= 400 ? ErrorSource.UPSTREAM : null;
        lastWords.end();
        end(new CallEnd(answer.status(), null, source, Termination.COMPLETE), completed());
    }

    @Override
    public void onStale(String detail) {
        if (state == State.STREAMING) {
            truncate(ErrorCode.UPSTREAM_CLOSED, detail);
        } else {
            Refusal refusal = books.settleStale(phase());
            if (refusal == null) {
                begin(attempt().resent());
            } else {
                refuse(refusal);
            }
        }
    }

    /** Another target may be able to carry what the caller asks. */
    @Override
    public void onUnsuitable(GatewayException why) {
        request.endAttempt(false);
        state = State.WAITING_TO_RETRY;
        if (unsuitable == null) {
            unsuitable = why;
        }
        retries.onUntried();
        retries.exclude(attempt().target());
        Target other = retries.next(now(), deadlines.longestWaitNanos(now()));
        if (other != null) {
            tryNext(other);
        } else if (soonest != null) {
            refuse();
        } else {
            fail(unsuitable.code(), unsuitable.text(), unsuitable.parameter());
        }
    }

    @Override
    public void onFailure(ErrorCode code, String detail) {
        switch (state) {
            case DRAINING -> endDraining(Outcome.CUT);
            case STREAMING -> truncate(code, detail);
            case WAITING_TO_RETRY, ATTEMPTING, AWAITING_BODY -> retryOrFail(code, detail);
            case SETTLING, DONE -> {}
        }
    }

    /** The books that had to wait are closed. */
    private void onSettled() {
        if (state == State.SETTLING) {
            finish();
        } else if (isHeld) {
            isHeld = false;
            deadlines.onWrite(now());
            sink.flush();
        }
    }

    @Override
    protected void onTick(long nowNanos) {
        switch (state) {
            case WAITING_TO_RETRY -> checkRetry(nowNanos);
            case ATTEMPTING -> checkAttempt(nowNanos);
            case AWAITING_BODY -> checkBody(nowNanos);
            case STREAMING -> checkStream(nowNanos);
            case DRAINING -> checkDrain(nowNanos);
            case SETTLING, DONE -> {}
        }
        books.onTick(nowNanos);
        if (isOver() || !deadlines.isTotalOver(nowNanos)) {
            return;
        }
        if (state == State.DRAINING) {
            endDraining(Outcome.DRAIN_CAPPED);
        } else {
            failOrTruncate(ErrorCode.UPSTREAM_TIMEOUT, deadlines.tookTooLong());
        }
    }

    private void checkRetry(long nowNanos) {
        Target next = waitsFor;
        if (parking.isParked() && retryAtNanos - nowNanos <= 0) {
            begin(attempt().again());
        } else if (!parking.isParked() && next != null && retryAtNanos - nowNanos <= 0) {
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

    private void checkBody(long nowNanos) {
        Gate closed = gate;
        if (closed == null) {
            checkFirstByte(nowNanos);
        } else if (closed.isOver(nowNanos)) {
            open(closed);
            deadlines.onWrite(nowNanos);
            sink.flush();
        } else if (deadlines.isBetweenChunksOver(nowNanos)) {
            dropAttempt();
            retryOrFail(ErrorCode.UPSTREAM_TIMEOUT, deadlines.fellSilent());
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
        if (isHeld) {
            return;
        }
        if (attempt().isPaused()) {
            if (deadlines.isBetweenChunksOver(nowNanos)) {
                dropAttempt();
                lastWords.abort();
                Termination how = new Termination('C', 'S');
                end(
                        new CallEnd(answer.status(), ErrorCode.REQUEST_TIMEOUT, null, how),
                        Outcome.CANCELLED);
            }
        } else if (!answer.hasHead() && deadlines.isFirstByteOver(nowNanos, target)) {
            failOrTruncate(ErrorCode.UPSTREAM_TIMEOUT, deadlines.saidNothing(target));
        } else if (answer.hasHead() && deadlines.isBetweenChunksOver(nowNanos)) {
            failOrTruncate(ErrorCode.UPSTREAM_TIMEOUT, deadlines.fellSilent());
        } else if (answer.isStream() && isSilent(nowNanos) && answer.isAtEventBoundary()) {
            ping(nowNanos);
        }
    }

    private void checkDrain(long nowNanos) {
        if (deadlines.isBetweenChunksOver(nowNanos)) {
            endDraining(Outcome.CUT);
        } else if (drain != null && drain.isOver(nowNanos, answer.spokenTokens())) {
            endDraining(Outcome.DRAIN_CAPPED);
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
     * Gives up what has come of an answer that another attempt may better, if one is left.
     *
     * @param restNanos how long its target wants to be left alone
     * @return whether it was given up
     */
    private boolean goElsewhere(FailureKind kind, int status, long restNanos) {
        Attempt current = attempt();
        current.entry().end(kind, restNanos, now());
        if (!current.target().placement().keys().isPooled()) {
            retries.noteRest(current.target(), restNanos, now());
        }
        Target next = nextTarget(kind);
        RoutedRequest other = next == null ? nextModel(kind) : null;
        if (next == null && other == null) {
            return false;
        }
        if (next != null) {
            Refusal refusal = books.settleRetried(status, phase());
            leave(current);
            retryOrRefuse(next, refusal);
        } else if (other != null) {
            books.settleForAnother(status, phase());
            leave(current);
            goTo(other, kind);
        }
        return true;
    }

    private void leave(Attempt left) {
        Gate closed = gate;
        gate = null;
        if (closed != null) {
            closed.release();
        }
        left.abandon();
    }

    private void retryOrFail(ErrorCode code, String message) {
        attempt().entry().end(code, now());
        FailureKind kind = Failures.of(code);
        if (!code.isRetryable() || !goElsewhere(kind, 0, 0)) {
            fail(code, message);
        }
    }

    /** Another target of the same model that may be tried after such a failure. */
    private @Nullable Target nextTarget(FailureKind kind) {
        long nowNanos = now();
        Target tried = attempt().target();
        if (!retries.mayRetry(tried, kind, nowNanos - times.attemptNanos())) {
            return null;
        }
        Target next = nextWithRoom();
        boolean isInVain = next == null || (next.equals(tried) && !retries.mayRepeat(tried, kind));
        return isInVain || !takeRetry(nowNanos) ? null : next;
    }

    private boolean takeRetry(long nowNanos) {
        boolean isTaken = resources.retryBudget().take(failover, nowNanos);
        if (!isTaken) {
            resources.metrics().onRetryDenied();
        }
        return isTaken;
    }

    /** The call at another model, {@code null} if there is none. */
    private @Nullable RoutedRequest nextModel(FailureKind kind) {
        String model = request.model();
        if (model == null || failover.fallbacks().isEmpty()) {
            return null;
        }
        Fallbacks known = fallbacks;
        if (known == null) {
            known = new Fallbacks(request, elsewhere, failover.fallbacks(), model);
            fallbacks = known;
        }
        RoutedRequest other = known.next(kind);
        return other == null || !takeRetry(now()) ? null : other;
    }

    /** Goes on at another model, or at one behind it in the list where that has no room. */
    private void goTo(RoutedRequest model, FailureKind kind) {
        RoutedRequest other = model;
        Refusal refusal = elsewhere.admit(other);
        Target first = null;
        while (other != null && first == null) {
            if (refusal == null) {
                routed = other;
                retries = newRetries(other);
                first = retries.first(now());
            }
            if (first == null) {
                other = nextModel(kind);
                refusal = other == null ? refusal : elsewhere.admit(other);
            }
        }
        if (first != null) {
            resources.metrics().onFallback();
            resources.metrics().onRetry();
            parking.leave();
            attempt(first);
        } else if (refusal != null) {
            refuse(refusal);
        } else {
            failUnhealthy();
        }
    }

    /** The target to try next, {@code null} if there is none that may have room. */
    private @Nullable Target nextWithRoom() {
        long nowNanos = now();
        Target tried = attempt().target();
        Target next = retries.next(nowNanos, deadlines.longestWaitNanos(nowNanos));
        while (next != null && !canTake(next, tried, nowNanos)) {
            next = retries.next(nowNanos, deadlines.longestWaitNanos(nowNanos));
        }
        return next;
    }

    /** Whether a target may have room and can be asked; passed over if not. */
    private boolean canTake(Target next, Target tried, long nowNanos) {
        if (!resources.targets().mayHaveRoom(request, next, next.equals(tried), nowNanos)) {
            retries.passOver(next);
            return false;
        }
        if (!next.equals(tried)
                && !ForeignCall.isCarried(
                        request, next, routed.captured(), resources.translationMemory())) {
            retries.exclude(next);
            return false;
        }
        return true;
    }

    private void retryOrRefuse(Target next, @Nullable Refusal refusal) {
        if (refusal == null) {
            retry(next);
        } else {
            refuse(refusal);
        }
    }

    /** Tries again: at once where the target is another and wants no rest, else after a wait. */
    private void retry(Target next) {
        resources.metrics().onRetry();
        parking.leave();
        tryNext(next);
    }

    private void tryNext(Target next) {
        long waitNanos = retries.waitNanos(next, attempt == null ? null : attempt.target(), now());
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
        fail(code, message, null);
    }

    private void fail(ErrorCode code, String message, @Nullable String parameter) {
        lastWords.error(code, message, parameter, attempts);
        Outcome how =
                code.source() == ErrorSource.UPSTREAM
                        ? Outcome.UPSTREAM_ERROR
                        : Outcome.GATEWAY_ERROR;
        end(CallEnd.failed(code.status(), code, phase()), how);
    }

    /** A hard budget has nothing left for another attempt. */
    private void refuse(Refusal refusal) {
        GatewayException failure = request.refuseRetry(refusal);
        fail(failure.code(), failure.text());
    }

    /** Ends an answer in the middle, and says so where its form allows it. */
    private void truncate(ErrorCode code, String message) {
        answer.endRead(attempt());
        if (answer.isTerminalSeen()) {
            lastWords.endCut();
            end(CallEnd.of(answer.status(), Termination.COMPLETE), completed());
        } else {
            lastWords.cut(code, message);
            end(CallEnd.failed(answer.status(), code, 'S'), Outcome.CUT);
        }
    }

    /** How an attempt ended whose answer has come to its end. */
    private Outcome completed() {
        return answer.isError() ? Outcome.UPSTREAM_ERROR : Outcome.COMPLETED;
    }

    private void dropAttempt() {
        if (attempt != null) {
            attempt.drop();
        }
    }

    /** The one exit: closes the books, and waits for that where something has to be counted. */
    private void end(CallEnd how, Outcome result) {
        state = State.SETTLING;
        ending = how;
        outcome = result;
        if (books.settle(result, how)) {
            finish();
        }
    }

    /** Makes the call's record, gives back what the call had, and says the last words. */
    private void finish() {
        CallEnd how = ending;
        Attempt last = attempt;
        Outcome result = outcome;
        assert how != null && result != null;
        state = State.DONE;
        if (last != null) {
            long tokens = books.usage().inputTokens() + books.usage().outputTokens();
            last.entry().end(how, result, answer, tokens, now());
        }
        resources.ticker().remove(this);
        resources.removeDraining(this);
        parking.leave();
        Gate closed = gate;
        gate = null;
        if (closed != null) {
            closed.release();
        }
        answer.release();
        request.releaseBody();
        CallEnds.finished(
                request,
                resources,
                how,
                attempt,
                attempts,
                answer.isStream(),
                attempts == 0 ? null : outcome,
                books.usage(),
                times,
                cost());
        lastWords.say();
    }

    private CallCost cost() {
        CallCost settled = books.cost();
        if (settled != null) {
            return settled;
        }
        return attempts == 0
                ? CallCost.NOT_SENT
                : CallCosts.of(request, attempt(), books.usage(), answer.status());
    }

    private boolean isOver() {
        return state == State.SETTLING || state == State.DONE;
    }

    private char phase() {
        return switch (state) {
            case WAITING_TO_RETRY -> 'C';
            case ATTEMPTING -> attempt().isAsked() ? 'F' : 'C';
            case AWAITING_BODY -> 'F';
            case STREAMING, DRAINING -> 'S';
            case SETTLING, DONE -> '-';
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
