package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import io.sluice.config.PriceSettings;
import io.sluice.config.StreamingSettings;
import io.sluice.config.TimeoutSettings;
import io.sluice.error.ErrorCode;
import io.sluice.error.ErrorSource;
import io.sluice.http.HeaderName;
import io.sluice.http.Method;
import io.sluice.http.ResponseHead;
import io.sluice.message.CallFields;
import io.sluice.message.Endpoint;
import io.sluice.price.CallCost;
import io.sluice.price.Cost;
import io.sluice.price.Price;
import io.sluice.routing.AttemptPlan;
import io.sluice.routing.Target;
import io.sluice.telemetry.CallRecord;
import io.sluice.telemetry.Termination;
import io.sluice.transport.loop.Ticking;
import io.sluice.transport.upstream.UpstreamConnection;
import io.sluice.transport.upstream.UpstreamFailure;
import io.sluice.transport.upstream.UpstreamListener;
import io.sluice.usage.AnswerMeter;
import io.sluice.usage.Usage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The life of one call after it was routed: attempts, deadlines, the answer, the end.
 *
 * <p>Confined to the event loop that accepted the call.
 */
public final class Exchange extends Ticking implements UpstreamListener {

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
        AWAITING_CREDENTIAL,
        CONNECTING,
        AWAITING_HEAD,
        AWAITING_BODY,
        STREAMING,
        DONE
    }

    /** The largest answer whose cost is told in its head. */
    private static final int MAX_PRICED_BYTES = 64 << 10;

    private static final AsciiString PING = new AsciiString(": ping\n\n");
    private static final long MAX_RETRY_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long MAX_REST_NANOS = TimeUnit.DAYS.toNanos(1);
    private static final long FIRST_BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final GatewayRequest request;
    private final ResponseSink sink;
    private final LoopResources resources;
    private final AttemptPlan plan;
    private final List<String> captured;
    private final TimeoutSettings timeouts;
    private final StreamingSettings streaming;
    private final LoopResources.Metering metering;
    private final AnswerRelay relay;

    private State state = State.WAITING_TO_RETRY;
    private @Nullable Target target;
    private @Nullable Target waitsFor;
    private @Nullable Map<Target, Long> restUntilNanos;
    private String model = "";
    private @Nullable UpstreamConnection connection;
    private @Nullable ResponseHead answer;
    private int attempts;
    private int tries;
    private boolean isResent;
    private boolean isStream;
    private boolean isPaused;
    private boolean isIdKnown;
    private long retryAtNanos;
    private long attemptNanos;
    private long askedNanos;
    private long upstreamNanos;
    private long firstByteNanos = -1;
    private long overheadNanos = -1;
    private long lastReadNanos;
    private long lastWriteNanos;
    private int status;

    public Exchange(RoutedRequest routed, LoopResources resources) {
        this.request = routed.request();
        this.sink = request.sink();
        this.resources = resources;
        this.plan = routed.plan();
        this.captured = routed.captured();
        this.timeouts = request.snapshot().settings().timeouts();
        this.streaming = request.snapshot().settings().streaming();
        this.metering = resources.borrowMetering();
        this.relay = new AnswerRelay(sink, metering);
    }

    /** Begins the first attempt. */
    public void start() {
        resources.ticker().add(this);
        lastWriteNanos = now();
        attempt(plan.next());
    }

    /** The client has closed its connection. */
    public void onClientGone() {
        if (state == State.DONE) {
            return;
        }
        boolean served = state == State.STREAMING && metering.meter().isTerminalSeen();
        Termination end = served ? Termination.COMPLETE : new Termination('C', phase());
        dropConnection();
        end(state == State.STREAMING ? status : CallEnds.CLIENT_LEFT, null, null, end);
    }

    /** The client takes bytes again, or no longer. */
    public void onWritabilityChanged() {
        UpstreamConnection reading = connection;
        if (state == State.STREAMING && reading != null && sink.isWritable()) {
            isPaused = false;
            lastReadNanos = now();
            reading.resume();
        }
    }

    /** The gateway stops and waits no longer. */
    public void onShutdown() {
        if (state != State.DONE) {
            failOrTruncate(ErrorCode.SHUTTING_DOWN, "the gateway is shutting down");
        }
    }

    private void attempt(@Nullable Target next) {
        if (next == null) {
            fail(ErrorCode.NO_HEALTHY_TARGET, "no target of this model can be used");
            return;
        }
        target = next;
        model = next.modelFor(captured);
        isResent = false;
        tries++;
        AsciiString credential = next.credential().headerLines();
        attemptNanos = now();
        if (credential == null) {
            state = State.AWAITING_CREDENTIAL;
            int awaited = tries;
            next.credential()
                    .fetch(problem ->
                            resources.loop().execute(() -> onCredential(awaited, problem)));
        } else {
            connect(next, false);
        }
    }

    private void onCredential(int awaited, @Nullable String problem) {
        Target current = target;
        if (state != State.AWAITING_CREDENTIAL || awaited != tries || current == null) {
            return;
        }
        if (problem == null && current.credential().headerLines() != null) {
            connect(current, false);
        } else {
            retryOrFail(
                    ErrorCode.CREDENTIAL_MISSING,
                    "no credential for " + current.name() + ": " + problem);
        }
    }

    private void connect(Target to, boolean fresh) {
        state = State.CONNECTING;
        attempts++;
        resources.pool().acquire(to.address(), this, fresh);
    }

    @Override
    public void onConnected(UpstreamConnection connected) {
        Target to = target;
        AsciiString credential = to == null ? null : to.credential().headerLines();
        if (state != State.CONNECTING || to == null || credential == null) {
            connected.giveBack();
            if (state == State.CONNECTING) {
                retryOrFail(ErrorCode.CREDENTIAL_MISSING, "the target's credential has expired");
            }
            return;
        }
        connection = connected;
        askedNanos = now();
        state = State.AWAITING_HEAD;
        new AttemptWriter(request, to, model, credential).writeTo(connected);
    }

    @Override
    public void onHead(ResponseHead head) {
        long nowNanos = now();
        lastReadNanos = nowNanos;
        upstreamNanos += nowNanos - attemptNanos;
        attemptNanos = nowNanos;
        if (state == State.AWAITING_HEAD && isRetryable(head.status()) && retryAfter(head)) {
            return;
        }
        answer = head;
        if (state == State.STREAMING) {
            continueEarly(head);
            return;
        }
        state = State.AWAITING_BODY;
        status = head.status();
        startRelay(head);
    }

    /** The answer to a stream that was begun before its provider had said anything. */
    private void continueEarly(ResponseHead head) {
        if (head.status() >= 400 || !isEventStream(head)) {
            UpstreamConnection reading = connection;
            connection = null;
            if (reading != null) {
                reading.abandon();
            }
            truncate(
                    ErrorCode.UPSTREAM_CLOSED,
                    "the provider answered with status " + head.status());
        } else {
            startRelay(head);
        }
    }

    private void startRelay(ResponseHead head) {
        isStream = isEventStream(head);
        AnswerMeter.Kind kind = kind(head);
        Target current = target;
        boolean hides =
                isStream
                        && kind != AnswerMeter.Kind.OPAQUE
                        && current != null
                        && AttemptWriter.mustAskForUsage(request, current);
        relay.start(kind, hides);
    }

    @Override
    public void onPayload(ByteBuf in, int index, int length, int frameIndex, int frameEnd) {
        if (state == State.AWAITING_BODY) {
            if (!isStream && length <= MAX_PRICED_BYTES) {
                relay.preview(in, index, length);
            }
            commit();
        }
        relay.payload(in, index, length, frameIndex, frameEnd);
    }

    @Override
    public void onReadEnd() {
        relay.endRead();
        if (!isIdKnown && metering.meter().hasResponseId()) {
            noteResponseId();
        }
    }

    @Override
    public void onReadComplete() {
        if (state != State.STREAMING) {
            return;
        }
        long nowNanos = now();
        if (isStream) {
            resources.metrics().onChunkGap(nowNanos - lastReadNanos);
        }
        lastReadNanos = nowNanos;
        lastWriteNanos = nowNanos;
        sink.flush();
        UpstreamConnection reading = connection;
        if (reading != null && !sink.isWritable()) {
            isPaused = true;
            reading.pause();
        }
    }

    @Override
    public void onEnd() {
        connection = null;
        if (state == State.AWAITING_BODY) {
            commit();
        }
        relay.finish();
        if (!isIdKnown && metering.meter().hasResponseId()) {
            noteResponseId();
        }
        forgetDeleted();
        ErrorSource source = status >= 400 ? ErrorSource.UPSTREAM : null;
        end(status, null, source, Termination.COMPLETE);
        sink.end();
        sink.flush();
    }

    @Override
    public void onFailure(UpstreamFailure failure, String detail) {
        connection = null;
        Target current = target;
        if (state == State.DONE || current == null) {
            return;
        }
        if (state == State.STREAMING) {
            truncate(failure.code(), detail);
        } else if (failure == UpstreamFailure.STALE && !isResent) {
            isResent = true;
            connect(current, true);
        } else {
            retryOrFail(failure.code(), detail);
        }
    }

    @Override
    protected void onTick(long nowNanos) {
        switch (state) {
            case WAITING_TO_RETRY -> {
                if (retryAtNanos - nowNanos <= 0) {
                    attempt(waitsFor);
                }
            }
            case AWAITING_CREDENTIAL, CONNECTING -> {
                if (isOver(nowNanos, attemptNanos, timeouts.connect().multipliedBy(2))) {
                    dropConnection();
                    retryOrFail(
                            ErrorCode.UPSTREAM_TIMEOUT,
                            "the provider could not be reached in time");
                }
            }
            case AWAITING_HEAD, AWAITING_BODY -> checkFirstByte(nowNanos);
            case STREAMING -> checkStream(nowNanos);
            case DONE -> {}
        }
        checkTotal(nowNanos);
    }

    private void checkFirstByte(long nowNanos) {
        if (isOver(nowNanos, askedNanos, firstByteTimeout())) {
            dropConnection();
            retryOrFail(ErrorCode.UPSTREAM_TIMEOUT, saidNothing());
        } else if (streaming.earlyCommit() && asksForStream() && isSilent(nowNanos)) {
            commitEarly();
            ping(nowNanos);
        }
    }

    private void checkStream(long nowNanos) {
        if (isPaused) {
            if (isOver(nowNanos, lastReadNanos, timeouts.betweenChunks())) {
                Termination end = new Termination('C', 'S');
                dropConnection();
                end(status, ErrorCode.REQUEST_TIMEOUT, null, end);
                sink.abort();
            }
        } else if (answer == null && isOver(nowNanos, askedNanos, firstByteTimeout())) {
            dropConnection();
            truncate(ErrorCode.UPSTREAM_TIMEOUT, saidNothing());
        } else if (answer != null && isOver(nowNanos, lastReadNanos, timeouts.betweenChunks())) {
            dropConnection();
            truncate(
                    ErrorCode.UPSTREAM_TIMEOUT,
                    "the provider fell silent for " + text(timeouts.betweenChunks()));
        } else if (isStream && isSilent(nowNanos) && relay.isAtEventBoundary()) {
            ping(nowNanos);
        }
    }

    private String saidNothing() {
        return "the provider sent nothing for " + text(firstByteTimeout());
    }

    private void checkTotal(long nowNanos) {
        Duration total = totalTimeout();
        if (state != State.DONE
                && total != null
                && isOver(nowNanos, request.completeNanos(), total)) {
            dropConnection();
            failOrTruncate(ErrorCode.UPSTREAM_TIMEOUT, "the call took longer than " + text(total));
        }
    }

    private boolean isSilent(long nowNanos) {
        return !streaming.pingAfter().isZero()
                && isOver(nowNanos, lastWriteNanos, streaming.pingAfter())
                && sink.isWritable();
    }

    /** Lets the client know that the call is alive. The provider's own deadlines run on. */
    private void ping(long nowNanos) {
        sink.payload(sink.alloc().buffer(PING.length()).writeBytes(PING.array()));
        sink.flush();
        lastWriteNanos = nowNanos;
        resources.metrics().onPingSent();
    }

    /** Sends the response head: from here on the client has seen something. */
    private void commit() {
        ResponseHead head = answer;
        Target current = target;
        assert head != null && current != null;
        firstByteNanos = now() - request.startNanos();
        begin();
        ResponseStart start =
                request.newResponse(head.status())
                        .withUpstream(head)
                        .withContentLength(contentLength(head))
                        .withTarget(askedModel(), current.name(), attempts)
                        .withTimes(overheadNanos, upstreamNanos)
                        .withErrorSource(head.status() >= 400 ? ErrorSource.UPSTREAM : null)
                        .withCost(knownCost());
        sink.start(isStream ? start.asEventStream() : start);
    }

    /** What the call cost, in 10^-12 dollars, where its whole answer is there before the head. */
    private long knownCost() {
        AnswerMeter meter = metering.meter();
        boolean isWhole =
                !isStream
                        && meter.isTerminalSeen()
                        && meter.usage().origin() == Usage.Origin.REPORTED;
        return isWhole ? cost(meter.usage()).dollarPicos() : Cost.UNKNOWN;
    }

    private void commitEarly() {
        Target current = target;
        assert current != null;
        status = 200;
        isStream = true;
        begin();
        relay.start(streamKind(), false);
        sink.start(
                request.newResponse(status)
                        .withContentType("text/event-stream")
                        .asEventStream()
                        .withTarget(askedModel(), current.name(), attempts)
                        .withTimes(overheadNanos, upstreamNanos));
    }

    private void begin() {
        long nowNanos = now();
        upstreamNanos += nowNanos - attemptNanos;
        attemptNanos = nowNanos;
        overheadNanos = Math.max(0, nowNanos - request.completeNanos() - upstreamNanos);
        state = State.STREAMING;
        if (isStream) {
            resources.metrics().onStreamStarted();
        }
        request.releaseBody();
    }

    private long contentLength(ResponseHead head) {
        return switch (head.framing()) {
            case LENGTH -> isStream ? ResponseStart.UNKNOWN_LENGTH : head.contentLength();
            case NONE -> 0;
            case CHUNKED, UNTIL_CLOSE -> ResponseStart.UNKNOWN_LENGTH;
        };
    }

    /**
     * Gives up an answer that another attempt may better, if one is left.
     *
     * @return whether it was given up
     */
    private boolean retryAfter(ResponseHead head) {
        Target current = target;
        if (current == null || tries > current.retries()) {
            return false;
        }
        noteRest(current, RetryAfter.nanos(head));
        Target next = plan.next();
        if (next == null || restNanos(next) > longestWaitNanos()) {
            return false;
        }
        UpstreamConnection reading = connection;
        connection = null;
        if (reading != null) {
            reading.abandon();
        }
        retry(next);
        return true;
    }

    private void noteRest(Target asking, long nanos) {
        if (nanos > 0) {
            if (restUntilNanos == null) {
                restUntilNanos = new HashMap<>();
            }
            restUntilNanos.put(asking, now() + Math.min(nanos, MAX_REST_NANOS));
        }
    }

    /** How long a target wants to be left alone yet. */
    private long restNanos(Target next) {
        Long until = restUntilNanos == null ? null : restUntilNanos.get(next);
        return until == null ? 0 : Math.max(0, until - now());
    }

    private long longestWaitNanos() {
        Duration total = totalTimeout();
        return total == null
                ? MAX_RETRY_WAIT_NANOS
                : Math.min(MAX_RETRY_WAIT_NANOS, request.completeNanos() + total.toNanos() - now());
    }

    private void retryOrFail(ErrorCode code, String message) {
        Target current = target;
        if (current == null || !code.isRetryable() || tries > current.retries()) {
            fail(code, message);
            return;
        }
        Target next = plan.next();
        if (next == null || restNanos(next) > longestWaitNanos()) {
            fail(code, message);
        } else {
            retry(next);
        }
    }

    /** Tries again: at once where the target is another and wants no rest, else after a wait. */
    private void retry(Target next) {
        resources.metrics().onRetry();
        long waitNanos = restNanos(next);
        if (next.equals(target)) {
            waitNanos = Math.max(waitNanos, backoffNanos());
        }
        if (waitNanos == 0) {
            attempt(next);
        } else {
            retryAtNanos = now() + waitNanos;
            waitsFor = next;
            state = State.WAITING_TO_RETRY;
        }
    }

    private long backoffNanos() {
        long ceiling = FIRST_BACKOFF_NANOS << Math.min(tries, 6);
        long leastNanos = request.snapshot().settings().router().retryAfter().toNanos();
        return Math.max(leastNanos, ceiling / 2 + resources.random().nextLong(ceiling / 2));
    }

    private static boolean isRetryable(int status) {
        return status == 408 || status == 429 || status >= 500;
    }

    private void failOrTruncate(ErrorCode code, String message) {
        if (state == State.STREAMING) {
            dropConnection();
            truncate(code, message);
        } else {
            dropConnection();
            fail(code, message);
        }
    }

    /** Answers with an error of ours; the client has seen nothing yet. */
    private void fail(ErrorCode code, String message) {
        char party = code.source() == ErrorSource.UPSTREAM ? 'U' : 'G';
        Termination end = new Termination(party, phase());
        end(code.status(), code, code.source(), end);
        ErrorAnswers.answer(
                sink,
                request.newResponse(code.status()).withAttempts(attempts),
                code,
                message,
                null);
    }

    /** Ends an answer in the middle, and says so where its form allows it. */
    private void truncate(ErrorCode code, String message) {
        relay.endRead();
        if (metering.meter().isTerminalSeen()) {
            end(status, null, null, Termination.COMPLETE);
            sink.closeAfterwards();
            sink.end();
            sink.flush();
            return;
        }
        boolean canSay = isStream && !relay.isOpaque();
        boolean atBoundary = relay.isAtEventBoundary();
        long events = metering.meter().events();
        char party = code.source() == ErrorSource.UPSTREAM ? 'U' : 'G';
        end(status, code, code.source(), new Termination(party, 'S'));
        if (canSay) {
            if (!atBoundary) {
                sink.payload(ErrorAnswers.eventEnd(sink));
            }
            sink.payload(ErrorAnswers.event(sink, request.endpoint(), code, message, events));
            sink.closeAfterwards();
            sink.end();
            sink.flush();
        } else {
            sink.abort();
        }
    }

    private void dropConnection() {
        UpstreamConnection dropped = connection;
        connection = null;
        if (dropped != null) {
            dropped.abort();
        } else if (state == State.CONNECTING && target != null) {
            resources.pool().cancel(target.address(), this);
        }
    }

    /** The one exit: makes the call's record and gives back what the call had. */
    private void end(
            int finalStatus,
            @Nullable ErrorCode error,
            @Nullable ErrorSource source,
            Termination how) {
        if (isStream && state == State.STREAMING) {
            resources.metrics().onStreamEnded();
        }
        state = State.DONE;
        resources.ticker().remove(this);
        Usage usage = metering.meter().usage().copy();
        relay.release();
        resources.giveBack(metering);
        request.releaseBody();
        if (request.takeRecord()) {
            CallEnds.tell(resources, record(finalStatus, error, source, how, usage));
        }
    }

    private CallRecord record(
            int finalStatus,
            @Nullable ErrorCode error,
            @Nullable ErrorSource source,
            Termination how,
            Usage usage) {
        Target last = target;
        return new CallRecord(
                request.id(),
                request.correlationId(),
                CallEnds.alias(request),
                request.endpoint(),
                request.model(),
                last == null ? null : model,
                last == null ? null : last.provider().name(),
                last == null ? null : last.name(),
                finalStatus,
                error,
                source,
                how,
                request.startMillis(),
                firstByteNanos,
                now() - request.startNanos(),
                overheadNanos,
                attempts,
                isStream,
                usage,
                request.bodyBytes(),
                sink.payloadBytes(),
                attempts == 0 ? CallCost.NOT_SENT : cost(usage));
    }

    private CallCost cost(Usage usage) {
        Target last = target;
        Price price = last == null ? null : last.prices().find(model);
        boolean isFree =
                request.snapshot().settings().prices().unknown() == PriceSettings.Unknown.ZERO;
        CallCost cost = Cost.ofCall(price, usage, isFree);
        boolean isUnserved = status == 0 || status >= 400;
        return cost.state() == CallCost.State.UNPRICED
                        && usage.origin() == Usage.Origin.NONE
                        && isUnserved
                ? CallCost.UNMEASURED
                : cost;
    }

    private void noteResponseId() {
        isIdKnown = true;
        Target current = target;
        if (request.endpoint() == Endpoint.RESPONSES && status < 300 && current != null) {
            resources
                    .storedResponses()
                    .add(
                            metering.meter().responseId(),
                            new StoredResponses.Stored(
                                    current,
                                    askedModel(),
                                    String.valueOf(CallEnds.alias(request))));
        }
    }

    private void forgetDeleted() {
        boolean isDeleted = request.head().method() == Method.DELETE && status < 300;
        if (isDeleted && request.endpoint() == Endpoint.STORED_RESPONSE) {
            resources.storedResponses().remove(request.path().bareResponseId());
        }
    }

    private String askedModel() {
        String asked = request.model();
        return asked == null ? model : asked;
    }

    private boolean asksForStream() {
        CallFields fields = request.fields();
        return fields != null && fields.isStream();
    }

    private Duration firstByteTimeout() {
        Target current = target;
        @Nullable Duration own = null;
        if (current != null) {
            own =
                    asksForStream() && current.firstByteTimeout() != null
                            ? current.firstByteTimeout()
                            : current.timeout();
        }
        return own == null ? timeouts.firstByte() : own;
    }

    private @Nullable Duration totalTimeout() {
        return timeouts.total();
    }

    private AnswerMeter.Kind kind(ResponseHead head) {
        int encoding = head.find(HeaderName.CONTENT_ENCODING);
        if (encoding >= 0 && !head.valueIs(encoding, "identity")) {
            return AnswerMeter.Kind.OPAQUE;
        }
        if (!isStream) {
            return isJson(head) ? AnswerMeter.Kind.JSON_BODY : AnswerMeter.Kind.OPAQUE;
        }
        return streamKind();
    }

    private AnswerMeter.Kind streamKind() {
        Endpoint endpoint = request.endpoint();
        return switch (endpoint) {
            case CHAT_COMPLETIONS -> AnswerMeter.Kind.CHAT_STREAM;
            case COMPLETIONS -> AnswerMeter.Kind.COMPLETION_STREAM;
            case RESPONSES, STORED_RESPONSE -> AnswerMeter.Kind.RESPONSES_STREAM;
            case EMBEDDINGS, MODERATIONS -> AnswerMeter.Kind.OPAQUE;
            case null -> AnswerMeter.Kind.OPAQUE;
        };
    }

    /**
     * Whether the answer is an event stream. One that states no type is taken for what was asked.
     */
    private boolean isEventStream(ResponseHead head) {
        return isTyped(head)
                ? hasType(head, "text/event-stream")
                : asksForStream() && head.status() < 300;
    }

    private static boolean isJson(ResponseHead head) {
        return !isTyped(head) || hasType(head, "application/json");
    }

    private static boolean isTyped(ResponseHead head) {
        return head.find(HeaderName.CONTENT_TYPE) >= 0;
    }

    private static boolean hasType(ResponseHead head, String type) {
        int field = head.find(HeaderName.CONTENT_TYPE);
        return field >= 0 && head.valueStartsWith(field, type);
    }

    private char phase() {
        return switch (state) {
            case WAITING_TO_RETRY, AWAITING_CREDENTIAL, CONNECTING -> 'C';
            case AWAITING_HEAD, AWAITING_BODY -> 'F';
            case STREAMING -> 'S';
            case DONE -> '-';
        };
    }

    private static boolean isOver(long nowNanos, long sinceNanos, Duration limit) {
        return nowNanos - sinceNanos > limit.toNanos();
    }

    private static String text(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }

    private long now() {
        return resources.ticker().nowNanos();
    }
}
