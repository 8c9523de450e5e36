package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import io.sluice.error.ErrorCode;
import io.sluice.error.ErrorSource;
import io.sluice.http.ResponseHead;
import io.sluice.price.Cost;
import io.sluice.usage.AnswerMeter;
import io.sluice.usage.Usage;
import org.jspecify.annotations.Nullable;

/**
 * What the client of one call is sent: a head, the provider's payload, pings, an end.
 *
 * <p>Confined to the event loop of its call.
 */
final class Answer {

    /** The largest answer whose cost is told in its head. */
    private static final int MAX_PRICED_BYTES = 64 << 10;

    private static final AsciiString PING = new AsciiString(": ping\n\n");

    private final GatewayRequest request;
    private final ResponseSink sink;
    private final LoopResources resources;
    private final CallTimes times;
    private final ResponseIds responseIds;
    private final LoopResources.Metering metering;
    private final AnswerRelay relay;

    private @Nullable ResponseHead head;
    private @Nullable AnswerForm form;
    private boolean hasBegun;
    private int status;

    Answer(GatewayRequest request, LoopResources resources, CallTimes times) {
        this.request = request;
        this.sink = request.sink();
        this.resources = resources;
        this.times = times;
        this.responseIds = new ResponseIds(request, resources.storedResponses());
        this.metering = resources.borrowMetering();
        this.relay = new AnswerRelay(sink, metering);
    }

    /** The provider's head has come, and no other attempt will replace it. */
    void onHead(ResponseHead told, Attempt attempt) {
        AnswerForm read = AnswerForm.of(request, told);
        head = told;
        form = read;
        status = hasBegun ? status : told.status();
        boolean hides =
                read.isStream()
                        && read.kind() != AnswerMeter.Kind.OPAQUE
                        && AttemptWriter.mustAskForUsage(request, attempt.target());
        relay.start(read.kind(), hides);
    }

    /** Whether an answer with this head can go on in the stream that was begun before it. */
    boolean canContinue(ResponseHead told) {
        return told.status() < 400 && AnswerForm.of(request, told).isStream();
    }

    /**
     * Looks at the first payload before the head is made, where that can tell the cost of the call.
     */
    void preview(ByteBuf in, int index, int length) {
        if (!isStream() && length <= MAX_PRICED_BYTES) {
            relay.preview(in, index, length);
        }
    }

    /** Sends the response head: from here on the client has seen something. */
    void begin(Attempt attempt, int attempts) {
        ResponseHead told = head;
        AnswerForm read = form;
        assert told != null && read != null;
        times.onFirstByte(now());
        becomeBegun();
        ResponseStart start =
                newStart(attempt, attempts)
                        .withUpstream(told)
                        .withContentLength(read.contentLength(told))
                        .withErrorSource(told.status() >= 400 ? ErrorSource.UPSTREAM : null)
                        .withCost(knownCost(attempt));
        sink.start(read.isStream() ? start.asEventStream() : start);
    }

    /** Sends the response head of a stream whose provider has said nothing yet. */
    void beginEarly(Attempt attempt, int attempts) {
        AnswerForm early = AnswerForm.early(request);
        status = 200;
        form = early;
        becomeBegun();
        relay.start(early.kind(), false);
        sink.start(
                newStart(attempt, attempts).withContentType("text/event-stream").asEventStream());
    }

    /** Passes payload on; see {@link io.sluice.transport.upstream.UpstreamListener#onPayload}. */
    void payload(ByteBuf in, int index, int length, int frameIndex, int frameEnd) {
        relay.payload(in, index, length, frameIndex, frameEnd);
    }

    /** The buffer that was read is about to be released. */
    void endRead(Attempt attempt) {
        relay.endRead();
        responseIds.note(metering.meter(), status, attempt);
    }

    /** Lets the client know that the call is alive, and flushes. */
    void ping() {
        sink.payload(sink.alloc().buffer(PING.length()).writeBytes(PING.array()));
        sink.flush();
        resources.metrics().onPingSent();
    }

    /** All payload has come: what was held back is passed on. */
    void finish(Attempt attempt) {
        relay.finish();
        responseIds.note(metering.meter(), status, attempt);
        responseIds.forgetDeleted(status);
    }

    /** The client was sent the last of it. */
    void end() {
        sink.end();
        sink.flush();
    }

    /** Ends an answer that was cut behind its terminal event: nothing is missing in it. */
    void endCut() {
        sink.closeAfterwards();
        end();
    }

    /**
     * What ends an answer in the middle, and says so where its form allows it. To be made before
     * {@link #release}, and run after it.
     */
    Runnable newCut(ErrorCode code, String message) {
        if (!isStream() || relay.isOpaque()) {
            return sink::abort;
        }
        boolean isAtBoundary = relay.isAtEventBoundary();
        long events = metering.meter().events();
        return () ->
                ErrorAnswers.endStream(
                        sink, request.endpoint(), code, message, isAtBoundary, events);
    }

    /** Gives back what the answer borrowed. Nothing may be passed on or asked any more. */
    void release() {
        if (isStream() && hasBegun) {
            resources.metrics().onStreamEnded();
        }
        relay.release();
        resources.giveBack(metering);
    }

    /** What was used, as far as the answer has said it; a copy. */
    Usage usage() {
        return form == null ? new Usage() : metering.meter().usage().copy();
    }

    boolean hasHead() {
        return head != null;
    }

    boolean isStream() {
        return form != null && form.isStream();
    }

    /** Whether the answer said that it ends. */
    boolean isTerminalSeen() {
        return metering.meter().isTerminalSeen();
    }

    boolean isAtEventBoundary() {
        return relay.isAtEventBoundary();
    }

    /** The status the client is sent, 0 where none is known yet. */
    int status() {
        return status;
    }

    private void becomeBegun() {
        times.onBegin(now());
        hasBegun = true;
        if (isStream()) {
            resources.metrics().onStreamStarted();
        }
        request.releaseBody();
    }

    private ResponseStart newStart(Attempt attempt, int attempts) {
        String asked = request.model();
        return request.newResponse(status)
                .withTarget(
                        asked == null ? attempt.model() : asked, attempt.target().name(), attempts)
                .withTimes(times.overheadNanos(), times.upstreamNanos());
    }

    /** What the call cost, in 10^-12 dollars, where its whole answer is there before the head. */
    private long knownCost(Attempt attempt) {
        AnswerMeter meter = metering.meter();
        boolean isWhole =
                !isStream()
                        && meter.isTerminalSeen()
                        && meter.usage().origin() == Usage.Origin.REPORTED;
        return isWhole
                ? CallCosts.of(request, attempt, meter.usage(), status).dollarPicos()
                : Cost.UNKNOWN;
    }

    private long now() {
        return resources.ticker().nowNanos();
    }
}
