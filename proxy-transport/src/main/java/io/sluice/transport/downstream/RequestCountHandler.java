package io.sluice.transport.downstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.auth.KeyGrant;
import io.sluice.auth.RequestCounts;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.RoutedRequest;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of the keys of the database. Stands behind all rooms that refuse a call for its
 * own sake, for a refused call consumes nothing; what is refused even later is given back.
 *
 * <p>A key that is good for so many calls waits here for one of them. Confined to its connection's
 * event loop.
 */
final class RequestCountHandler extends ChannelInboundHandlerAdapter {

    private static final int PATIENCE_MILLIS = 5_000;

    private final RequestCounts counts;
    private @Nullable GatewayRequest waiting;

    RequestCountHandler(RequestCounts counts) {
        this.counts = counts;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        RoutedRequest routed = (RoutedRequest) msg;
        KeyGrant grant = routed.request().grant();
        if (grant == null) {
            ctx.fireChannelRead(msg);
        } else if (grant.isCounted()) {
            take(ctx, routed, grant);
        } else {
            counts.note(grant.principal().keyId(), routed.request().startMillis());
            ctx.fireChannelRead(msg);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        GatewayRequest left = waiting;
        waiting = null;
        if (left != null) {
            left.abandon();
        }
        ctx.fireChannelInactive();
    }

    private void take(ChannelHandlerContext ctx, RoutedRequest routed, KeyGrant grant) {
        GatewayRequest request = routed.request();
        waiting = request;
        String keyId = grant.principal().keyId();
        var patience =
                ctx.executor()
                        .schedule(
                                () -> refuse(ctx, request, unavailable()),
                                PATIENCE_MILLIS,
                                TimeUnit.MILLISECONDS);
        counts.take(keyId)
                .whenComplete((isTaken, failure) ->
                        ctx.executor()
                                .execute(() -> {
                                    patience.cancel(false);
                                    if (isTaken == null) {
                                        refuse(ctx, request, cause(failure));
                                    } else if (!isTaken) {
                                        refuse(ctx, request, exceeded(grant));
                                    } else if (waiting == request) {
                                        waiting = null;
                                        request.setOnRefused(() -> counts.giveBack(keyId));
                                        ctx.fireChannelRead(routed);
                                    } else {
                                        counts.giveBack(keyId);
                                    }
                                }));
    }

    private void refuse(ChannelHandlerContext ctx, GatewayRequest request, Throwable failure) {
        if (waiting == request) {
            waiting = null;
            request.releaseBody();
            ctx.fireExceptionCaught(failure);
        }
    }

    private static GatewayException exceeded(KeyGrant grant) {
        return new GatewayException(
                ErrorCode.REQUEST_LIMIT_EXCEEDED,
                "the API key %s was good for %d requests, and they are used up"
                        .formatted(grant.display(), grant.maxRequests()));
    }

    private static GatewayException unavailable() {
        return new GatewayException(
                ErrorCode.DATABASE_UNAVAILABLE,
                "the requests of this API key are counted, and the database is away");
    }

    private static Throwable cause(@Nullable Throwable failure) {
        if (failure == null) {
            return unavailable();
        }
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }
}
