package io.sluice.transport.admin;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;

/** Puts a request's body together, up to a bound; beyond it the connection ends with a 413. */
final class BodyAggregator extends HttpObjectAggregator {

    BodyAggregator(int maxBytes) {
        super(maxBytes, /* closeOnExpectationFailed= */ true);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
        GatewayException refusal =
                new GatewayException(
                        ErrorCode.BODY_TOO_LARGE,
                        "the body is larger than " + maxContentLength() + " bytes");
        FullHttpResponse message = AdminHandler.toMessage(AdminResponse.error(refusal));
        message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE);
    }
}
