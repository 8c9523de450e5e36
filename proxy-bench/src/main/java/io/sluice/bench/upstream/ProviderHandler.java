package io.sluice.bench.upstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Answers the requests of one connection, one after another. Stands behind the aggregator. */
final class ProviderHandler extends ChannelInboundHandlerAdapter {

    private static final int MAX_WAITING = 64;

    private final Responder responder;
    private final Books books;
    private final long connection;
    private final ArrayDeque<FullHttpRequest> waiting = new ArrayDeque<>();

    private @Nullable Playback current;
    private int requests;

    ProviderHandler(Responder responder, Books books, long connection) {
        this.responder = responder;
        this.books = books;
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        FullHttpRequest request = (FullHttpRequest) msg;
        if (current == null) {
            answer(ctx, request);
        } else if (waiting.size() < MAX_WAITING) {
            waiting.addLast(request);
        } else {
            request.release();
            ctx.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (current != null) {
            current.onWritable();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (current != null) {
            current.onClientLeft();
        }
        waiting.forEach(FullHttpRequest::release);
        waiting.clear();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    private void answer(ChannelHandlerContext ctx, FullHttpRequest request) {
        ReceivedRequest received = ReceivedRequest.of(request, connection, ++requests);
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        boolean wellFormed = request.decoderResult().isSuccess();
        request.release();
        Script script =
                wellFormed
                        ? responder.answer(received)
                        : Scripts.error(400, "The request is not HTTP.", null, "bad_request");
        Playback playback =
                new Playback(
                        ctx,
                        script,
                        books,
                        received.header("x-request-id"),
                        keepAlive && wellFormed && script.keepAlive(),
                        () -> next(ctx));
        current = playback;
        playback.start();
    }

    private void next(ChannelHandlerContext ctx) {
        current = null;
        FullHttpRequest request = waiting.pollFirst();
        if (request != null) {
            ctx.executor().execute(() -> answerLater(ctx, request));
        }
    }

    private void answerLater(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (!ctx.channel().isActive()) {
            request.release();
        } else if (current == null) {
            answer(ctx, request);
        } else {
            waiting.addFirst(request);
        }
    }
}
