package io.sluice.transport.downstream;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.auth.CallerCredential;
import io.sluice.auth.Principal;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.telemetry.LoopMetrics;
import io.sluice.transport.exchange.GatewayRequest;
import org.jspecify.annotations.Nullable;

/**
 * Room 1: whose call is this? Stands before the body is read, so that a stranger cannot fill
 * memory.
 *
 * <p>From here on every call ends with one record.
 */
@Sharable
final class AuthenticationHandler extends ChannelInboundHandlerAdapter {

    private final LoopMetrics metrics;

    AuthenticationHandler(LoopMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof GatewayRequest request) {
            metrics.onCallStarted();
            request.setPrincipal(authenticate(request));
        }
        ctx.fireChannelRead(msg);
    }

    private static Principal authenticate(GatewayRequest request) {
        @Nullable String key = CallerCredential.find(request.head());
        if (key == null) {
            throw new GatewayException(
                    ErrorCode.MISSING_API_KEY,
                    "no API key: send it as \"Authorization: Bearer\", \"api-key\", \"x-api-key\""
                            + " or \"x-goog-api-key\"");
        }
        Principal principal = request.snapshot().keys().find(key);
        if (principal == null) {
            throw new GatewayException(
                    ErrorCode.INVALID_API_KEY, "the API key is not valid: " + shown(key));
        }
        return principal;
    }

    /** Enough of a key to tell which of his own a caller sent, and no more. */
    private static String shown(String key) {
        return key.length() < 16 ? "****" : "****" + key.substring(key.length() - 4);
    }
}
