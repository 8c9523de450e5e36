package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.sluice.admission.Levels;
import io.sluice.admission.OpenCharge;
import io.sluice.admission.Permit;
import io.sluice.admission.RateHeaders;
import io.sluice.admission.Refusal;
import io.sluice.auth.KeyGrant;
import io.sluice.auth.Principal;
import io.sluice.auth.ProviderKey;
import io.sluice.error.GatewayException;
import io.sluice.http.RequestHead;
import io.sluice.message.CallFields;
import io.sluice.message.Dialect;
import io.sluice.message.Endpoint;
import io.sluice.message.RequestTags;
import io.sluice.price.CallCost;
import io.sluice.transport.loop.Ticker;
import io.sluice.usage.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
    private @Nullable KeyGrant grant;
    private @Nullable Runnable onRefused;
    private @Nullable ByteBuf body;
    private @Nullable CallFields fields;
    private @Nullable Runnable onBodyReleased;
    private @Nullable String allowedOrigin;
    private long bodyBytes;
    private long completeNanos;
    private boolean recorded;
    private boolean isExchanged;
    private @Nullable Permit permit;
    private @Nullable Permit attemptPermit;
    private boolean isTargetTold;
    private @Nullable Ticker clock;
    private @Nullable List<String> tags;
    private @Nullable String fallback;
    private @Nullable String modelGroup;
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

    /** The dialect its caller speaks. */
    public Dialect dialect() {
        Endpoint endpoint = path.endpoint();
        return endpoint == null ? CallerDialect.of(head) : endpoint.dialect();
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

    /**
     * The name under which its model was found, since an alias stands for another and a pattern for
     * many; {@code null} before that is known and where it is not listed.
     */
    public @Nullable String modelGroup() {
        return modelGroup;
    }

    public void setModelGroup(@Nullable String group) {
        modelGroup = group;
    }

    /** Whose key came with it, or {@code null} before that is known. */
    public @Nullable Principal principal() {
        return principal;
    }

    public void setPrincipal(Principal principal) {
        this.principal = principal;
    }

    /** The id of its key; empty before that is known. */
    public String keyId() {
        return principal == null ? "" : principal.keyId();
    }

    /** What the database says of its key; {@code null} for a key of the file. */
    public @Nullable KeyGrant grant() {
        return grant;
    }

    /** The key of its project that a provider is to see, {@code null} for the gateway's own. */
    @Nullable ProviderKey nextProviderKey(String provider) {
        return grant == null ? null : grant.providerKeys().next(provider, startMillis);
    }

    /** Whether its project has a key of its own for a provider. */
    public boolean hasProviderKey(String provider) {
        return grant != null && grant.providerKeys().has(provider);
    }

    public void setGrant(KeyGrant grant) {
        this.grant = grant;
    }

    /**
     * Notes what to undo if the call is refused before any provider was asked.
     *
     * @param undo runs at most once, on this event loop
     */
    public void setOnRefused(Runnable undo) {
        onRefused = undo;
    }

    /** The call ends and no provider was asked. */
    void onRefused() {
        Runnable undo = onRefused;
        onRefused = null;
        if (undo != null) {
            undo.run();
        }
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

    /**
     * The tags it is accounted for by, its key's and its own; to be asked for once it is complete.
     */
    public List<String> tags() {
        List<String> known = tags;
        if (known == null) {
            known = readTags();
            tags = known;
        }
        return known;
    }

    private List<String> readTags() {
        int at = head.find("x-litellm-tags");
        List<String> ofKey = principal == null ? List.of() : principal.tags();
        List<String> ofBody = fields == null ? List.of() : fields.tags();
        List<String> ofHead = RequestTags.ofHeader(at < 0 ? null : head.value(at));
        return RequestTags.union(RequestTags.union(ofKey, ofBody), ofHead);
    }

    /** The model the caller named, in the body or the path. */
    public @Nullable String model() {
        CallFields read = fields;
        return read == null || read.model() == null ? path.model() : read.model();
    }

    /** The model whose targets are asked: the caller's, or one in its place. */
    public @Nullable String servedModel() {
        return fallback == null ? model() : fallback;
    }

    /** Notes the model that is asked in the place of the caller's. */
    public void setFallback(String model) {
        fallback = model;
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
     * @param permit owned; given back by {@link #closePermit} or {@link #cancelPermit}
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

    /**
     * Notes what an attempt was admitted with by its target.
     *
     * @param taken owned; given back by {@link #endAttempt}, or with the call's own
     * @param isTold whether the target's limits are told to the caller
     */
    void admitAttempt(Permit taken, boolean isTold) {
        endAttempt(true);
        attemptPermit = taken;
        isTargetTold = isTold;
    }

    /**
     * Gives back what an attempt has left of its target. Without effect a second time.
     *
     * @param isAsked whether the target was asked; else it gets everything back
     */
    void endAttempt(boolean isAsked) {
        Permit ended = attemptPermit;
        attemptPermit = null;
        if (ended != null && isAsked) {
            ended.close();
        } else if (ended != null) {
            ended.cancel();
        }
    }

    /** Adds the accounts that the call was admitted to. */
    void addAccounts(Levels levels) {
        Permit admitted = permit;
        if (admitted != null) {
            admitted.addAccounts(levels);
        }
    }

    /** The bound that the body's output needs, in tokens; 0 where it needs none. */
    long outputBound() {
        long ofAttempt = attemptPermit == null ? 0 : attemptPermit.outputBound();
        return ofAttempt > 0 || permit == null ? ofAttempt : permit.outputBound();
    }

    /** The failure of a call of which no further attempt is paid for; gives back its permit. */
    GatewayException refuseRetry(Refusal refusal) {
        closePermit();
        return refuse(refusal, rateLines);
    }

    /** Charges what one attempt cost; see {@link Permit#charge}. */
    void charge(CallCost cost, Usage usage) {
        charge(permit, cost, usage);
        charge(attemptPermit, cost, usage);
    }

    /** Charges an attempt whose cost will be known later; see {@link Permit#chargeOpen}. */
    List<OpenCharge> chargeOpen(Usage usage) {
        List<OpenCharge> open = new ArrayList<>();
        Ticker ticker = clock;
        if (ticker != null) {
            long nowNanos = ticker.nowNanos();
            long tokens = usage.inputTokens() + usage.outputTokens();
            for (Permit charged : Arrays.asList(permit, attemptPermit)) {
                if (charged != null) {
                    open.add(charged.chargeOpen(tokens, nowNanos, nowMillis(nowNanos)));
                }
            }
        }
        return open;
    }

    private void charge(@Nullable Permit charged, CallCost cost, Usage usage) {
        Ticker ticker = clock;
        if (charged != null && ticker != null) {
            long nowNanos = ticker.nowNanos();
            long tokens = usage.inputTokens() + usage.outputTokens();
            charged.charge(cost, tokens, nowNanos, nowMillis(nowNanos));
        }
    }

    /**
     * Holds what a further attempt may cost, its target apart.
     *
     * @return why it may not be made, or {@code null}
     */
    @Nullable Refusal renewPermit() {
        return renew(permit);
    }

    /**
     * Holds what the same attempt may cost once more, at its target.
     *
     * @return why it may not be made, or {@code null}
     */
    @Nullable Refusal renewAttempt() {
        return renew(attemptPermit);
    }

    private @Nullable Refusal renew(@Nullable Permit renewed) {
        Ticker ticker = clock;
        return renewed == null || ticker == null
                ? null
                : renewed.renew(nowMillis(ticker.nowNanos()));
    }

    /** Whether more output has come than is paid for; see {@link Permit#isExhausted}. */
    boolean isExhausted(long outputTokens) {
        return isExhausted(permit, outputTokens) || isExhausted(attemptPermit, outputTokens);
    }

    private static boolean isExhausted(@Nullable Permit asked, long outputTokens) {
        return asked != null && asked.isExhausted(outputTokens);
    }

    /** Gives back what is left once all attempts were charged. Without effect a second time. */
    void closePermit() {
        Permit closed = permit;
        keepRateLines();
        permit = null;
        endAttempt(true);
        if (closed != null) {
            closed.close();
        }
    }

    /** Gives up a request that was not answered and will not be. Without effect a second time. */
    public void abandon() {
        releaseBody();
        cancelPermit();
    }

    /**
     * Gives everything back, what was charged apart: no provider was asked, or another permit will
     * be taken. Without effect a second time.
     */
    public void cancelPermit() {
        Permit cancelled = permit;
        keepRateLines();
        permit = null;
        endAttempt(false);
        if (cancelled != null) {
            cancelled.cancel();
        }
    }

    private void keepRateLines() {
        if (permit != null && !sink.isStarted()) {
            rateLines = rateLines();
        }
    }

    private String rateLines() {
        return permit == null || clock == null
                ? rateLines
                : permit.rateLines(
                        dialect(),
                        isTargetTold ? attemptPermit : null,
                        clock.nowNanos(),
                        nowMillis(clock.nowNanos()));
    }

    /** The time of day at a moment of the loop's clock, in milliseconds of the epoch. */
    public long nowMillis(long nowNanos) {
        return startMillis + TimeUnit.NANOSECONDS.toMillis(nowNanos - startNanos);
    }

    /** From here on the end of the call is an {@link Exchange}'s business alone. */
    void becomeExchanged() {
        isExchanged = true;
    }

    boolean isExchanged() {
        return isExchanged;
    }

    /** Whether this is the first time it is asked; a call has one record. */
    public boolean takeRecord() {
        boolean first = !recorded;
        recorded = true;
        return first;
    }
}
