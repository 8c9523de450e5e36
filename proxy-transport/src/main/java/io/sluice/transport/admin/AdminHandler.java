package io.sluice.transport.admin;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.IdleStateEvent;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Answers management requests one after the other. The codec leaves out the body of an answer to
 * HEAD. Last in its pipeline, behind the aggregator and a stage that lets one message through for
 * each read.
 *
 * <p>Confined to the admin listener's event loop, which it leaves for the answer itself.
 */
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    private final AdminRoutes routes;
    private final Executor workers;

    AdminHandler(AdminRoutes routes, Executor workers) {
        this.routes = routes;
        this.workers = workers;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        ctx.channel().config().setAutoRead(false);
        if (request.decoderResult().isFailure()) {
            answer(ctx, malformed(), true);
            return;
        }
        AdminRequest asked = toAdminRequest(ctx, request);
        workers.execute(() -> answerLater(ctx, routes.handle(asked)));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent) {
            ctx.close();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    /** A peer that breaks off is no news, and neither is what it sent before. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    private static void answerLater(ChannelHandlerContext ctx, AdminResponse response) {
        try {
            ctx.executor().execute(() -> answer(ctx, response, false));
        } catch (RejectedExecutionException _) {
            ctx.close();
        }
    }

    private static AdminRequest toAdminRequest(ChannelHandlerContext ctx, FullHttpRequest request) {
        String uri = request.uri();
        int question = uri.indexOf('?');
        HttpHeaders headers = request.headers().copy();
        return new AdminRequest(
                request.method().name(),
                question < 0 ? uri : uri.substring(0, question),
                question < 0 ? "" : uri.substring(question + 1),
                headers::get,
                ByteBufUtil.getBytes(request.content()),
                isLocal(ctx));
    }

    private static boolean isLocal(ChannelHandlerContext ctx) {
        return ctx.channel().remoteAddress() instanceof InetSocketAddress peer
                && peer.getAddress().isLoopbackAddress();
    }

    private static AdminResponse malformed() {
        return AdminResponse.error(
                new GatewayException(ErrorCode.MALFORMED_REQUEST, "the request is malformed"));
    }

    private static void answer(ChannelHandlerContext ctx, AdminResponse response, boolean last) {
        FullHttpResponse message = toMessage(response);
        if (last) {
            message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        ctx.writeAndFlush(message).addListener(_ -> ctx.channel().config().setAutoRead(true));
    }

    /** The answer as the codec takes it. The message is owned by the caller. */
    static FullHttpResponse toMessage(AdminResponse response) {
        FullHttpResponse message =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(response.status()),
                        Unpooled.wrappedBuffer(response.body()));
        HttpHeaders headers = message.headers();
        response.headers().forEach(headers::set);
        headers.set(HttpHeaderNames.CONTENT_TYPE, response.contentType());
        headers.set(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
        headers.set("x-content-type-options", "nosniff");
        return message;
    }
}
