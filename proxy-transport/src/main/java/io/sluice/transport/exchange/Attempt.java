package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import io.sluice.auth.ProviderKey;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.http.ResponseHead;
import io.sluice.message.DroppedFields;
import io.sluice.routing.AccountUsage;
import io.sluice.routing.Target;
import io.sluice.routing.TargetCredential;
import io.sluice.transport.upstream.UpstreamConnection;
import io.sluice.transport.upstream.UpstreamFailure;
import io.sluice.transport.upstream.UpstreamListener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One try of an exchange at one target: its credential, its connection, its request.
 *
 * <p>Confined to the event loop of its call. Tells its listener nothing any more once it was
 * dropped or has ended.
 */
final class Attempt implements UpstreamListener {

    /** Is told how an attempt fares, on the event loop of its call. */
    interface Listener {

        /** A connection is sought: from here on the attempt counts. */
        void onConnecting();

        /** The request is about to be sent; says whether it may. */
        AttemptListener.Admission onAsking(Attempt attempt);

        /** The attempt has ended before it was sent, since there is no room for its record yet. */
        void onMustWait();

        /** The answer's head has come. Valid until the attempt has ended. */
        void onHead(ResponseHead head);

        /** Payload has come; see {@link UpstreamListener#onPayload}. */
        void onPayload(ByteBuf in, int index, int length, int frameIndex, int frameEnd);

        /** See {@link UpstreamListener#onReadEnd}. */
        void onReadEnd();

        /** See {@link UpstreamListener#onReadComplete}. */
        void onReadComplete();

        /** The answer is complete by its framing. */
        void onEnd();

        /** A kept connection died before any byte came back, which says nothing of the target. */
        void onStale(String detail);

        /**
         * The attempt has ended before it began: the target cannot be asked what the caller asks.
         */
        void onUnsuitable(GatewayException why);

        /** The attempt has failed. */
        void onFailure(ErrorCode code, String detail);
    }

    /** How far an attempt has come. */
    enum State {
        AWAITING_CREDENTIAL,
        CONNECTING,
        AWAITING_HEAD,
        ANSWERING,
        ENDED
    }

    private static final long PROVIDER_KEY_REST_MILLIS = 30_000;

    private final GatewayRequest request;
    private final LoopResources resources;
    private final TargetEntry entry;
    private final Target target;
    private final String model;
    private final Listener listener;
    private final boolean isResent;

    private State state = State.AWAITING_CREDENTIAL;
    private @Nullable ForeignCall foreign;
    private DroppedFields removed = DroppedFields.NONE;
    private @Nullable ProviderKey providerKey;
    private @Nullable UpstreamConnection connection;
    private boolean isAsked;
    private boolean isPaused;

    private Attempt(
            GatewayRequest request,
            LoopResources resources,
            TargetEntry entry,
            String model,
            Listener listener,
            boolean isResent) {
        this.request = request;
        this.resources = resources;
        this.entry = entry;
        this.target = entry.target();
        this.model = model;
        this.listener = listener;
        this.isResent = isResent;
    }

    /**
     * An attempt that has not begun.
     *
     * @param entry what it has taken of its target
     * @param model the target's name for the model
     */
    Attempt(
            GatewayRequest request,
            LoopResources resources,
            TargetEntry entry,
            String model,
            Listener listener) {
        this(request, resources, entry, model, listener, false);
    }

    /** The same from the start. */
    Attempt again() {
        return new Attempt(request, resources, entry, model, listener, isResent);
    }

    /** The same once more, on a connection that was not kept by the pool. */
    Attempt resent() {
        return new Attempt(request, resources, entry, model, listener, true);
    }

    /** Begins: with the credential where it has to be fetched, else with the connection. */
    void start() {
        try {
            foreign = ForeignCall.of(request, target, model, resources.translationMemory());
            if (foreign == null) {
                removed = AttemptWriter.dropped(request, target);
            }
            resources.metrics().onParamsDropped(dropped().size());
        } catch (GatewayException e) {
            end();
            listener.onUnsuitable(e);
            return;
        }
        providerKey = request.nextProviderKey(target.provider().name());
        if (providerKey != null) {
            entry.useForeignKey();
        }
        TargetCredential own = entry.key().credential();
        if (providerKey != null || isResent || own.headerLines() != null) {
            connect();
        } else {
            own.fetch(problem -> resources.loop().execute(() -> onCredential(problem)));
        }
    }

    Target target() {
        return target;
    }

    /** What it has taken of its target. */
    TargetEntry entry() {
        return entry;
    }

    /** The call in its target's dialect; {@code null} where that is the caller's. */
    @Nullable ForeignCall foreign() {
        return foreign;
    }

    /** The caller's fields that the target does not get. */
    List<String> dropped() {
        return foreign == null ? removed.names() : foreign.dropped();
    }

    /** The target's name for the model. */
    String model() {
        return model;
    }

    State state() {
        return state;
    }

    /** Whether the request was sent, also after the end. */
    boolean isAsked() {
        return isAsked;
    }

    /** Whether nothing is read since the client does not take what it is sent. */
    boolean isPaused() {
        return isPaused;
    }

    /** Stops reading the answer until {@link #resume}. */
    void pause() {
        UpstreamConnection reading = connection;
        if (reading != null) {
            isPaused = true;
            reading.pause();
        }
    }

    /** Goes on reading the answer. */
    void resume() {
        UpstreamConnection reading = connection;
        if (reading != null) {
            isPaused = false;
            reading.resume();
        }
    }

    /** Gives up an answer whose head has come; the connection is kept where its rest is short. */
    void abandon() {
        UpstreamConnection reading = connection;
        end();
        if (reading != null) {
            reading.abandon();
        }
    }

    /** Gives the attempt up at once, and its connection with it. */
    void drop() {
        UpstreamConnection dropped = connection;
        State was = state;
        end();
        if (dropped != null) {
            dropped.abort();
        } else if (was == State.CONNECTING) {
            resources.pool().cancel(target.address(), this);
        }
    }

    private void onCredential(@Nullable String problem) {
        if (state != State.AWAITING_CREDENTIAL) {
            return;
        }
        if (problem == null && entry.key().credential().headerLines() != null) {
            connect();
        } else {
            end();
            listener.onFailure(
                    ErrorCode.CREDENTIAL_MISSING,
                    "no credential for " + target.name() + ": " + problem);
        }
    }

    private void connect() {
        state = State.CONNECTING;
        listener.onConnecting();
        resources.pool().acquire(target.address(), this, isResent);
    }

    @Override
    public void onConnected(UpstreamConnection connected) {
        AsciiString credential = credential();
        if (state != State.CONNECTING) {
            connected.giveBack();
        } else if (credential == null) {
            connected.giveBack();
            end();
            listener.onFailure(ErrorCode.CREDENTIAL_MISSING, "the target's credential has expired");
        } else {
            ask(connected, credential);
        }
    }

    private void ask(UpstreamConnection connected, AsciiString credential) {
        switch (listener.onAsking(this)) {
            case ADMITTED -> {
                connection = connected;
                state = State.AWAITING_HEAD;
                isAsked = true;
                new AttemptWriter(request, target, model, credential, foreign, removed)
                        .writeTo(connected);
            }
            case FULL -> {
                connected.giveBack();
                end();
                listener.onFailure(
                        ErrorCode.LEDGER_FULL, "the ledger has no room for another call");
            }
            case WAIT -> {
                connected.giveBack();
                end();
                listener.onMustWait();
            }
        }
    }

    /** The project's own key where it has one for this provider, else the target's. */
    private @Nullable AsciiString credential() {
        ProviderKey own = providerKey;
        return own == null
                ? entry.key().credential().headerLines()
                : new AsciiString(
                        target.provider().keyHeader()
                                + ": "
                                + target.provider().keyPrefix()
                                + own.key().reveal()
                                + "\r\n");
    }

    @Override
    public void onHead(ResponseHead head) {
        if (state != State.ENDED) {
            state = State.ANSWERING;
            AccountUsage account = target.account();
            if (account != null) {
                AccountWindows.note(account, head, System.currentTimeMillis());
            }
            ProviderKey own = providerKey;
            if (own != null && (head.status() == 401 || head.status() == 429)) {
                own.rest(System.currentTimeMillis() + PROVIDER_KEY_REST_MILLIS);
            }
            listener.onHead(head);
        }
    }

    @Override
    public void onPayload(ByteBuf in, int index, int length, int frameIndex, int frameEnd) {
        if (state != State.ENDED) {
            listener.onPayload(in, index, length, frameIndex, frameEnd);
        }
    }

    @Override
    public void onReadEnd() {
        if (state != State.ENDED) {
            listener.onReadEnd();
        }
    }

    @Override
    public void onReadComplete() {
        if (state != State.ENDED) {
            listener.onReadComplete();
        }
    }

    @Override
    public void onEnd() {
        if (state != State.ENDED) {
            end();
            listener.onEnd();
        }
    }

    @Override
    public void onFailure(UpstreamFailure failure, String detail) {
        if (state == State.ENDED) {
            return;
        }
        end();
        if (failure == UpstreamFailure.STALE && !isResent) {
            listener.onStale(detail);
        } else {
            listener.onFailure(failure.code(), detail);
        }
    }

    private void end() {
        state = State.ENDED;
        if (foreign != null) {
            foreign.release();
        }
        connection = null;
        isPaused = false;
    }
}
