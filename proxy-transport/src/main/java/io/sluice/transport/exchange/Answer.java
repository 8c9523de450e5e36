package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import io.sluice.error.ErrorCode;
import io.sluice.error.ErrorSource;
import io.sluice.framing.StreamDecoder;
import io.sluice.http.ResponseHead;
import io.sluice.message.Dialect;
import io.sluice.message.Endpoint;
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

    private static final int BYTES_PER_TOKEN = 4;
    private static final AsciiString PING = new AsciiString(": ping\n\n");

    /** Anthropic's own; its clients take no comment for a sign of life. */
    private static final AsciiString PING_EVENT =
            new AsciiString("event: ping\ndata: {\"type\": \"ping\"}\n\n");

    private final GatewayRequest request;
    private final ResponseSink sink;
    private final LoopResources resources;
    private final CallTimes times;
    private final ResponseIds responseIds;
    private final LoopResources.Metering metering;
    private final AnswerRelay relay;

    private AnswerPassage passage;
    private @Nullable Samples samples;
    private @Nullable ResponseHead head;
    private @Nullable AnswerForm form;
    private boolean hasBegun;
    private boolean isDecoded;
    private int status;
    private long retryAfterNanos;
    private int heldAttempts;
    private boolean isDiscarded;
    private boolean canSay;
    private boolean isCutAtBoundary;
    private long cutEvents;

    Answer(GatewayRequest request, LoopResources resources, CallTimes times) {
        this.request = request;
        this.sink = request.sink();
        this.resources = resources;
        this.times = times;
        this.responseIds = new ResponseIds(request, resources.storedResponses());
        this.metering = resources.borrowMetering();
        this.relay = new AnswerRelay(sink, metering);
        this.passage = relay;
        this.samples = resources.borrowSamples();
    }

    /** The provider's head has come, and no other attempt will replace it. */
    void onHead(ResponseHead told, Attempt attempt) {
        AnswerForm read = AnswerForm.of(request, attempt.foreign(), told);
        passage.release();
        head = told;
        form = read;
        status = hasBegun ? status : told.status();
        retryAfterNanos = told.status() >= 400 ? RetryAfter.nanos(told) : 0;
        ForeignCall foreign = attempt.foreign();
        StreamDecoder decoder = AnswerForm.decoder(attempt.target(), told);
        if (foreign != null) {
            AnswerTranslation translation =
                    new AnswerTranslation(
                            sink,
                            metering.meter(),
                            foreign,
                            told.status(),
                            read.kind(),
                            samples().answer());
            passage = decoder == null ? translation : decoded(translation, decoder);
            return;
        }
        passage = decoder == null ? relay : decoded(relay, decoder);
        isDecoded = decoder != null;
        boolean hides =
                read.isStream()
                        && read.kind() != AnswerMeter.Kind.OPAQUE
                        && AttemptWriter.mustAskForUsage(request, attempt.target());
        relay.start(read.kind(), hides, samples().answer());
    }

    private DecodedAnswer decoded(AnswerPassage next, StreamDecoder decoder) {
        return new DecodedAnswer(next, decoder, sink.alloc());
    }

    /** Whether an answer with this head can go on in the stream that was begun before it. */
    boolean canContinue(ResponseHead told, Attempt attempt) {
        return told.status() < 400 && AnswerForm.of(request, attempt.foreign(), told).isStream();
    }

    /**
     * Looks at the first payload before the head is made, where that can tell the cost of the call.
     */
    void preview(ByteBuf in, int index, int length) {
        if (!isStream() && length <= MAX_PRICED_BYTES) {
            passage.preview(in, index, length);
        }
    }

    /** Sends the response head: from here on the client has seen something. */
    void begin(Attempt attempt, int attempts) {
        ResponseHead told = head;
        AnswerForm read = form;
        assert told != null && read != null;
        times.onFirstByte(now());
        becomeBegun();
        ForeignCall foreign = attempt.foreign();
        if (foreign != null && !foreign.isStream()) {
            heldAttempts = attempts;
        } else {
            sendHead(attempt, attempts, told, read);
        }
    }

    /** Sends the head of an answer that was held until its end, which can say how it ended. */
    private void sendHeldHead(Attempt attempt) {
        ResponseHead told = head;
        AnswerForm read = form;
        int attempts = heldAttempts;
        if (attempts > 0 && told != null && read != null) {
            heldAttempts = 0;
            status = passage.prepare(told.status());
            sendHead(attempt, attempts, told, read);
        }
    }

    private void sendHead(Attempt attempt, int attempts, ResponseHead told, AnswerForm read) {
        ResponseStart start =
                newStart(attempt, attempts)
                        .withUpstream(told)
                        .withContentLength(read.contentLength(told))
                        .withErrorSource(errorSource())
                        .withCost(knownCost(attempt));
        ForeignCall foreign = attempt.foreign();
        if (foreign != null) {
            start.asTranslated(read.isStream() ? "text/event-stream" : "application/json")
                    .withContentLength(ResponseStart.UNKNOWN_LENGTH);
        }
        if (isDecoded) {
            start.asTranslated("text/event-stream").withContentLength(ResponseStart.UNKNOWN_LENGTH);
        }
        start.withDropped(attempt.dropped());
        sink.start(read.isStream() ? start.asEventStream() : start);
    }

    private @Nullable ErrorSource errorSource() {
        boolean isOurs = status == ErrorCode.OVERLOADED.status() && passage.isBroken();
        return status < 400 ? null : isOurs ? ErrorSource.GATEWAY : ErrorSource.UPSTREAM;
    }

    /** Sends the response head of a stream whose provider has said nothing yet. */
    void beginEarly(Attempt attempt, int attempts) {
        AnswerForm early = AnswerForm.early(request, attempt.foreign());
        status = 200;
        form = early;
        becomeBegun();
        relay.start(early.kind(), false, samples().answer());
        sink.start(
                newStart(attempt, attempts).withContentType("text/event-stream").asEventStream());
    }

    /** Passes payload on; see {@link io.sluice.transport.upstream.UpstreamListener#onPayload}. */
    void payload(ByteBuf in, int index, int length, int frameIndex, int frameEnd) {
        passage.payload(in, index, length, frameIndex, frameEnd);
    }

    /** The buffer that was read is about to be released. */
    void endRead(Attempt attempt) {
        passage.endRead();
        responseIds.note(metering.meter(), status, attempt);
    }

    /** Lets the client know that the call is alive, and flushes. */
    void ping() {
        boolean isEvent =
                request.dialect() == Dialect.ANTHROPIC_MESSAGES && metering.meter().events() > 0;
        AsciiString ping = isEvent ? PING_EVENT : PING;
        sink.payload(sink.alloc().buffer(ping.length()).writeBytes(ping.array()));
        sink.flush();
        resources.metrics().onPingSent();
    }

    /** All payload has come: what was held back is passed on. */
    void finish(Attempt attempt) {
        if (!isDiscarded) {
            sendHeldHead(attempt);
        }
        passage.finish();
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
        if (!isStream()) {
            sink.closeAfterwards();
        }
        end();
    }

    /** Notes where an answer ends that is cut in the middle; to be told before {@link #release}. */
    void noteCut(ErrorCode code) {
        if (heldAttempts > 0) {
            status = code.status();
        }
        canSay = isStream() && !passage.isOpaque();
        isCutAtBoundary = passage.isAtEventBoundary();
        cutEvents = metering.meter().events();
    }

    /** Ends an answer in the middle, behind {@link #noteCut}, and says so where its form allows. */
    void cut(ErrorCode code, String message) {
        if (heldAttempts > 0) {
            ResponseStart start = request.newResponse(code.status()).withAttempts(heldAttempts);
            ErrorAnswers.answer(sink, request.dialect(), start, code, message, null);
        } else if (canSay) {
            ErrorAnswers.endStream(request, code, message, isCutAtBoundary, cutEvents);
        } else {
            sink.abort();
        }
    }

    /** Sends nothing any more: the client has left, and the answer is only metered. */
    void discard() {
        isDiscarded = true;
        passage.discard();
    }

    /** Gives back what the answer borrowed. Nothing may be passed on or asked any more. */
    void release() {
        if (isStream() && hasBegun) {
            resources.metrics().onStreamEnded();
        }
        passage.release();
        relay.release();
        resources.giveBack(metering);
        Samples left = samples;
        samples = null;
        if (left != null) {
            resources.giveBack(left);
        }
    }

    /**
     * What was used, as far as the answer has said it; a copy. What is free uses nothing, though it
     * may tell of tokens: a stored response repeats those of the call that made it.
     */
    Usage usage() {
        Endpoint endpoint = request.endpoint();
        boolean isFree = endpoint != null && endpoint.isFree();
        return form == null || isFree ? new Usage() : metering.meter().usage().copy();
    }

    /**
     * What a response used that was asked for, where it says so and nothing is made any more; else
     * {@code null}. A copy.
     */
    @Nullable Usage finalUsage() {
        AnswerMeter meter = metering.meter();
        boolean isTold =
                form != null
                        && status < 300
                        && request.endpoint() == Endpoint.STORED_RESPONSE
                        && meter.usage().origin() == Usage.Origin.REPORTED;
        return isTold && !meter.isUnderWay() ? meter.usage().copy() : null;
    }

    /** The id of the response that was made, {@code null} where it is not stored or not known. */
    @Nullable String responseId() {
        return responseIds.noted();
    }

    /**
     * The samples of the call's texts, which are the taker's from here on. The request's is made
     * now where its body is still there.
     */
    Samples takeSamples() {
        keepRequest();
        Samples taken = samples();
        samples = null;
        return taken;
    }

    /** What has come out although it could not be read; 0 where nothing can be said in it. */
    long unreadBytes() {
        Endpoint endpoint = request.endpoint();
        boolean isText = endpoint == null || endpoint.makesText();
        return form != null && metering.meter().isOpaque() && isText ? metering.meter().bytes() : 0;
    }

    /** How many tokens have come out: as reported, else by the length of their text. */
    long spokenTokens() {
        Samples kept = samples;
        if (form == null || kept == null) {
            return 0;
        }
        Usage said = metering.meter().usage();
        return said.origin() == Usage.Origin.REPORTED
                ? said.outputTokens()
                : (kept.answer().bytes() + unreadBytes()) / BYTES_PER_TOKEN;
    }

    /** At least so many tokens of output have come in a stream; 0 in any other answer. */
    long leastTokens() {
        return isStream() ? metering.meter().spokenEvents() : 0;
    }

    /** Whether the answer says that something failed. */
    boolean isError() {
        return status >= 400
                || (form != null && (metering.meter().isErrorSeen() || passage.isBroken()));
    }

    boolean hasHead() {
        return head != null;
    }

    /** How long the provider wants to be left alone, 0 where it does not say. */
    long retryAfterNanos() {
        return retryAfterNanos;
    }

    boolean isStream() {
        return form != null && form.isStream();
    }

    /** Whether the answer said that it ends. */
    boolean isTerminalSeen() {
        return form != null && metering.meter().isTerminalSeen();
    }

    boolean isAtEventBoundary() {
        return passage.isAtEventBoundary();
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
        keepRequest();
        request.releaseBody();
    }

    /** Samples what was asked, unless the answer has told its tokens already. */
    private void keepRequest() {
        ByteBuf body = request.body();
        boolean isTold = form != null && metering.meter().usage().origin() != Usage.Origin.NONE;
        if (body != null && !isTold) {
            samples().request().keep(body);
        }
    }

    private Samples samples() {
        Samples kept = samples;
        assert kept != null;
        return kept;
    }

    private ResponseStart newStart(Attempt attempt, int attempts) {
        String asked = request.servedModel();
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
