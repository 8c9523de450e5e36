package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.sluice.admission.Permit;
import io.sluice.admission.RateHeaders;
import io.sluice.admission.Refusal;
import io.sluice.auth.Principal;
import io.sluice.error.GatewayException;
import io.sluice.http.RequestHead;
import io.sluice.message.CallFields;
import io.sluice.message.Endpoint;
import io.sluice.price.CallCost;
import io.sluice.transport.loop.Ticker;
import io.sluice.usage.Usage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks, as it grows on its way through the rooms: the head first, then whose it is,
 * then the body.
 *
 * <p>Confined to the event loop of its connection. Owns the body from {@link #setBody} until {@link
 * #releaseBody}.
 */
public final class GatewayRequest {

    private final Snapshot snapshot;
    private final RequestHead head;
    private final String id;
    private final String correlationId;
    private final long startNanos;
    private final long startMillis;
    private final RequestPath path;
    private final ResponseSink sink;

    private @Nullable Principal principal;
    private @Nullable ByteBuf body;
    private @Nullable CallFields fields;
    private @Nullable Runnable onBodyReleased;
    private @Nullable String allowedOrigin;
    private long bodyBytes;
    private long completeNanos;
    private boolean recorded;
    private @Nullable Permit permit;
    private @Nullable Ticker clock;
    private String rateLines = "";

    /**
     * A request whose head has come.
     *
     * @param head borrowed from the connection until the call has ended
     * @param id the gateway's request id
     * @param startNanos when the head was complete, by the loop's clock
     * @param sink where the answer goes
     */
    public GatewayRequest(
            Snapshot snapshot,
            RequestHead head,
            RequestPath path,
            String id,
            String correlationId,
            long startNanos,
            long startMillis,
            ResponseSink sink) {
        this.snapshot = snapshot;
        this.head = head;
        this.path = path;
        this.id = id;
        this.correlationId = correlationId;
        this.startNanos = startNanos;
        this.startMillis = startMillis;
        this.sink = sink;
        this.completeNanos = startNanos;
    }

    public Snapshot snapshot() {
        return snapshot;
    }

    public RequestHead head() {
        return head;
    }

    public RequestPath path() {
        return path;
    }

    public @Nullable Endpoint endpoint() {
        return path.endpoint();
    }

    public String id() {
        return id;
    }

    public String correlationId() {
        return correlationId;
    }

    public long startNanos() {
        return startNanos;
    }

    public long startMillis() {
        return startMillis;
    }

    public ResponseSink sink() {
        return sink;
    }

    /** Whose key came with it, or {@code null} before that is known. */
    public @Nullable Principal principal() {
        return principal;
    }

    public void setPrincipal(Principal principal) {
        this.principal = principal;
    }

    /** The body, borrowed; {@code null} where there is none, or none any more. */
    public @Nullable ByteBuf body() {
        return body;
    }

    /** What the body says, or {@code null} where there is none or it is not read yet. */
    public @Nullable CallFields fields() {
        return fields;
    }

    /**
     * Completes the request.
     *
     * @param body owned
     * @param onReleased is told when the body's memory is free again
     */
    public void setBody(ByteBuf body, @Nullable CallFields fields, Runnable onReleased) {
        this.body = body;
        this.fields = fields;
        this.bodyBytes = body.readableBytes();
        this.onBodyReleased = onReleased;
    }

    /** When the last byte of the request had come, by the loop's clock. */
    public long completeNanos() {
        return completeNanos;
    }

    public void setCompleteNanos(long nanos) {
        completeNanos = nanos;
    }

    /**
     * Notes the page the answer is for.
     *
     * @param origin may be shown the answer by a browser
     */
    public void setAllowedOrigin(@Nullable String origin) {
        allowedOrigin = origin;
    }

    /** The beginning of an answer to this request. */
    public ResponseStart newResponse(int status) {
        return new ResponseStart(status, id, correlationId)
                .withAllowedOrigin(allowedOrigin)
                .withRateLimits(rateLines());
    }

    /** The size of the body as it came, also after it was released. */
    public long bodyBytes() {
        return bodyBytes;
    }

    /** The model the caller named, in the body or the path. */
    public @Nullable String model() {
        CallFields read = fields;
        return read == null || read.model() == null ? path.model() : read.model();
    }

    /** Gives up the body. Without effect if there is none. */
    public void releaseBody() {
        ByteBuf released = body;
        body = null;
        if (released != null) {
            released.release();
        }
        Runnable told = onBodyReleased;
        onBodyReleased = null;
        if (told != null) {
            told.run();
        }
    }

    /**
     * Notes what the call was admitted with.
     *
     * @param permit owned; given back by {@link #settle} or {@link #cancelPermit}
     * @param clock of the call's loop
     */
    public void admit(Permit permit, Ticker clock) {
        this.permit = permit;
        this.clock = clock;
    }

    /** The failure of a call that is not admitted; its answer will say when to come again. */
    public GatewayException refuse(Refusal refusal, String limitLines) {
        rateLines =
                refusal.waitNanos() == Refusal.FOR_EVER
                        ? limitLines
                        : limitLines + RateHeaders.retryAfter(refusal.waitNanos());
        return new GatewayException(refusal.code(), refusal.message());
    }

    /** What the call was admitted with, or {@code null} before and after. */
    public @Nullable Permit permit() {
        return permit;
    }

    /** The bound that the body's output needs, in tokens; 0 where it needs none. */
    long outputBound() {
        return permit == null ? 0 : permit.outputBound();
    }

    /** Charges what the call cost and gives back the rest. Without effect a second time. */
    void settle(CallCost cost, Usage usage) {
        Permit settled = permit;
        Ticker ticker = clock;
        if (settled != null && ticker != null) {
            long nowNanos = ticker.nowNanos();
            long tokens = usage.inputTokens() + usage.outputTokens();
            settled.charge(cost, tokens, nowNanos, nowMillis(nowNanos));
            keepRateLines();
            permit = null;
            settled.close();
        }
    }

    /** Gives everything back: no provider was asked. Without effect a second time. */
    void cancelPermit() {
        Permit cancelled = permit;
        if (cancelled != null) {
            keepRateLines();
            permit = null;
            cancelled.cancel();
        }
    }

    private void keepRateLines() {
        if (!sink.isStarted()) {
            rateLines = rateLines();
        }
    }

    private String rateLines() {
        return permit == null || clock == null ? rateLines : permit.rateLines(clock.nowNanos());
    }

    /** The time of day at a moment of the loop's clock, in milliseconds of the epoch. */
    public long nowMillis(long nowNanos) {
        return startMillis + TimeUnit.NANOSECONDS.toMillis(nowNanos - startNanos);
    }

    /** Whether this is the first time it is asked; a call has one record. */
    public boolean takeRecord() {
        boolean first = !recorded;
        recorded = true;
        return first;
    }
}
