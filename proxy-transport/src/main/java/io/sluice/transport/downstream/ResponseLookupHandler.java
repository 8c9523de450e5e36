package io.sluice.transport.downstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.message.CallFields;
import io.sluice.message.Endpoint;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.LoopResources;
import io.sluice.transport.exchange.StoredResponses;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks a stored response up that this process does not know, before the room that finds targets.
 * The call waits meanwhile, bounded.
 *
 * <p>Confined to its connection's event loop.
 */
final class ResponseLookupHandler extends ChannelInboundHandlerAdapter {

    private static final int PATIENCE_MILLIS = 5_000;

    private final StoredResponses responses;
    private @Nullable GatewayRequest waiting;

    ResponseLookupHandler(LoopResources resources) {
        this.responses = resources.storedResponses();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        GatewayRequest request = (GatewayRequest) msg;
        String id = responseId(request);
        if (id == null || responses.isKnown(id)) {
            ctx.fireChannelRead(msg);
            return;
        }
        CompletableFuture<?> loading = responses.load(id);
        if (loading.isDone() && !loading.isCompletedExceptionally()) {
            ctx.fireChannelRead(msg);
        } else {
            await(ctx, request, loading);
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

    private static @Nullable String responseId(GatewayRequest request) {
        CallFields fields = request.fields();
        if (request.endpoint() == Endpoint.STORED_RESPONSE) {
            return request.path().bareResponseId();
        }
        return fields == null ? null : fields.previousResponseId();
    }

    private void await(
            ChannelHandlerContext ctx, GatewayRequest request, CompletableFuture<?> loading) {
        waiting = request;
        var patience =
                ctx.executor()
                        .schedule(
                                () -> refuse(ctx, request, unavailable()),
                                PATIENCE_MILLIS,
                                TimeUnit.MILLISECONDS);
        loading.whenComplete((_, failure) ->
                ctx.executor()
                        .execute(() -> {
                            patience.cancel(false);
                            if (failure != null) {
                                refuse(ctx, request, cause(failure));
                            } else if (waiting == request) {
                                waiting = null;
                                ctx.fireChannelRead(request);
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

    private static GatewayException unavailable() {
        return new GatewayException(
                ErrorCode.DATABASE_UNAVAILABLE,
                "where this response is kept is in the database, which is away");
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }
}
