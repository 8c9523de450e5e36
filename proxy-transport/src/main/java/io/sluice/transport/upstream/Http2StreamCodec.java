package io.sluice.transport.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import io.sluice.http.MalformedHttpException;
import io.sluice.http.RequestHead;
import io.sluice.http.RequestHeadParser;
import io.sluice.transport.http2.Http2Heads;
import java.io.IOException;

/**
 * Makes a stream of HTTP/2 look like a connection of HTTP/1.1 that is used once: what is written is
 * a request in HTTP/1.1, what is read an answer that lasts until the end.
 *
 * <p>Confined to its event loop. Payload passes through as it is.
 */
final class Http2StreamCodec extends ChannelDuplexHandler {

    private static final int MAX_HEAD_BYTES = 16 << 20;
    private static final int MAX_HEADERS = 1024;
    private static final int HEAD_BYTES = 1024;

    private final String scheme;

    private boolean isHeadSent;
    private boolean isHeadRead;
    private boolean isEnded;
    private long bodyLeft;

    /**
     * A codec of a new stream.
     *
     * @param scheme {@code http} or {@code https}
     */
    Http2StreamCodec(String scheme) {
        this.scheme = scheme;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        ByteBuf bytes = (ByteBuf) msg;
        if (isHeadSent) {
            writeBody(ctx, bytes, promise);
            return;
        }
        RequestHead head = new RequestHead();
        try {
            if (!new RequestHeadParser(MAX_HEAD_BYTES, MAX_HEADERS).parse(bytes, head)) {
                throw new IllegalStateException("the head of a request comes in one piece");
            }
        } catch (MalformedHttpException | IllegalStateException e) {
            bytes.release();
            promise.setFailure(e);
            ctx.fireExceptionCaught(e);
            return;
        }
        isHeadSent = true;
        bodyLeft = Math.max(0, head.contentLength());
        Http2Headers headers = Http2Heads.of(head, scheme);
        if (bytes.isReadable()) {
            ctx.write(new DefaultHttp2HeadersFrame(headers, false));
            writeBody(ctx, bytes, promise);
        } else {
            bytes.release();
            ctx.write(new DefaultHttp2HeadersFrame(headers, bodyLeft == 0), promise);
        }
    }

    private void writeBody(ChannelHandlerContext ctx, ByteBuf bytes, ChannelPromise promise) {
        bodyLeft -= bytes.readableBytes();
        ctx.write(new DefaultHttp2DataFrame(bytes, bodyLeft == 0), promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        switch (msg) {
            case Http2HeadersFrame frame -> {
                if (!isHeadRead) {
                    readHead(ctx, frame.headers());
                }
                if (frame.isEndStream()) {
                    end(ctx);
                }
            }
            case Http2DataFrame frame -> {
                boolean isLast = frame.isEndStream();
                if (frame.content().isReadable()) {
                    ctx.fireChannelRead(frame.content());
                } else {
                    frame.release();
                }
                if (isLast) {
                    end(ctx);
                }
            }
            default -> ReferenceCountUtil.release(msg);
        }
    }

    private void readHead(ChannelHandlerContext ctx, Http2Headers headers) {
        ByteBuf head = ctx.alloc().buffer(HEAD_BYTES);
        if (Http2Heads.writeResponse(headers, head)) {
            isHeadRead = headers.status().charAt(0) != '1';
            ctx.fireChannelRead(head);
        } else {
            head.release();
            ctx.fireExceptionCaught(new IOException("the provider's head is malformed"));
        }
    }

    /**
     * The codec of the connection hears of the end after us: a close before it would be a reset.
     */
    private void end(ChannelHandlerContext ctx) {
        isEnded = true;
        ctx.executor().execute(ctx::close);
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (isEnded) {
            ctx.executor().execute(() -> ctx.close(promise));
        } else {
            ctx.close(promise);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Http2ResetFrame reset && !isEnded) {
            ctx.fireExceptionCaught(
                    new IOException("the provider reset the stream with " + reset.errorCode()));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        boolean isProtocol =
                cause instanceof Http2Exception || cause instanceof Http2FrameStreamException;
        ctx.fireExceptionCaught(isProtocol ? new IOException(cause) : cause);
    }
}
