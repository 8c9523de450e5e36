package io.sluice.transport.downstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import io.sluice.auth.CallerCredential;
import io.sluice.auth.KeyGrant;
import io.sluice.auth.KeyHash;
import io.sluice.auth.KeyProbe;
import io.sluice.auth.Keys;
import io.sluice.auth.KnownKey;
import io.sluice.auth.Principal;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.telemetry.Termination;
import io.sluice.transport.exchange.CallEnds;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.LoopResources;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Room 1: whose call is this? Stands before the body is read, so that a stranger cannot fill
 * memory.
 *
 * <p>A key that is known lets the call in at once. One that is not is looked up elsewhere while the
 * connection is not read. From here on every call ends with one record. Confined to its
 * connection's event loop.
 */
final class AuthenticationHandler extends ChannelInboundHandlerAdapter {

    private final LoopResources resources;
    private final RequestIntake intake;
    private final Keys keys;

    private @Nullable GatewayRequest waiting;
    private @Nullable Future<?> patience;

    /**
     * The room of one connection.
     *
     * @param keys of the database
     */
    AuthenticationHandler(LoopResources resources, RequestIntake intake, Keys keys) {
        this.resources = resources;
        this.intake = intake;
        this.keys = keys;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (!(msg instanceof GatewayRequest request)) {
            ctx.fireChannelRead(msg);
            return;
        }
        resources.metrics().onCallStarted();
        KeyProbe probe = resources.keyProbe();
        if (!probe.read(request.head())) {
            throw new GatewayException(
                    ErrorCode.MISSING_API_KEY,
                    "no API key: send it as \"Authorization: Bearer\", \"api-key\", \"x-api-key\","
                            + " \"x-goog-api-key\" or \"?key=\"");
        }
        Principal ofFile = request.snapshot().keys().find(probe);
        if (ofFile != null) {
            request.setPrincipal(ofFile);
            ctx.fireChannelRead(request);
            return;
        }
        KnownKey known = keys.find(probe, request.startMillis());
        if (known == null) {
            lookUp(ctx, request, probe.toHash());
        } else {
            admit(request, known);
            ctx.fireChannelRead(request);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        GatewayRequest left = waiting;
        stopWaiting();
        if (left != null) {
            CallEnds.refused(
                    left, resources, CallEnds.CLIENT_LEFT, null, new Termination('C', 'A'));
        }
        ctx.fireChannelInactive();
    }

    /** Whatever ends the call while its key is looked up. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (waiting == null) {
            ctx.fireExceptionCaught(cause);
        } else {
            end(ctx, cause);
        }
    }

    private void lookUp(ChannelHandlerContext ctx, GatewayRequest request, KeyHash hash) {
        waiting = request;
        intake.hold();
        CompletableFuture<KnownKey> loading = keys.load(hash);
        patience =
                ctx.executor()
                        .schedule(
                                () -> onFailed(ctx, request, hash, Keys.unavailable()),
                                keys.limits().patience().toMillis(),
                                TimeUnit.MILLISECONDS);
        loading.whenComplete((known, failure) ->
                ctx.executor()
                        .execute(() -> {
                            if (known == null) {
                                onFailed(ctx, request, hash, failure);
                            } else {
                                onKnown(ctx, request, known);
                            }
                        }));
    }

    private void onFailed(
            ChannelHandlerContext ctx,
            GatewayRequest request,
            KeyHash hash,
            @Nullable Throwable failure) {
        if (waiting != request) {
            return;
        }
        KnownKey stale = keys.findStale(hash, System.currentTimeMillis());
        if (stale != null) {
            onKnown(ctx, request, stale);
        } else {
            end(ctx, cause(failure));
        }
    }

    private void onKnown(ChannelHandlerContext ctx, GatewayRequest request, KnownKey known) {
        if (waiting != request) {
            return;
        }
        try {
            admit(request, known);
        } catch (GatewayException e) {
            end(ctx, e);
            return;
        }
        stopWaiting();
        ctx.fireChannelRead(request);
        intake.resume();
        ctx.fireChannelReadComplete();
    }

    private void end(ChannelHandlerContext ctx, Throwable cause) {
        stopWaiting();
        ctx.fireExceptionCaught(cause);
        intake.resume();
    }

    private void stopWaiting() {
        waiting = null;
        Future<?> timer = patience;
        patience = null;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private static void admit(GatewayRequest request, KnownKey known) {
        KeyGrant grant = known.grant();
        if (grant == null) {
            throw new GatewayException(
                    ErrorCode.INVALID_API_KEY, "the API key is not valid: " + shown(request));
        }
        request.setPrincipal(grant.principal());
        grant.check(request.startMillis());
        request.setGrant(grant);
    }

    private static Throwable cause(@Nullable Throwable failure) {
        Throwable cause = failure == null ? Keys.unavailable() : failure;
        return cause instanceof CompletionException && cause.getCause() != null
                ? cause.getCause()
                : cause;
    }

    /** Enough of a key to tell which of his own a caller sent, and no more. */
    private static String shown(GatewayRequest request) {
        String key = CallerCredential.find(request.head());
        return key == null || key.length() < 16 ? "****" : "****" + key.substring(key.length() - 4);
    }
}
