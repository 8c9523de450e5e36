package io.sluice.transport.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.sluice.http.Method;
import io.sluice.http.RequestHead;
import io.sluice.http.ResponseHead;
import io.sluice.http.ResponseHeadParser;
import io.sluice.transport.exchange.ResponseSink;
import io.sluice.transport.exchange.ResponseStart;
import org.jspecify.annotations.Nullable;

/**
 * Writes the response of one stream of HTTP/2: stands behind its {@link Http2RequestDecoder} and
 * tells it when the response has ended.
 *
 * <p>Confined to its connection's event loop. Payload goes into frames as it is; Netty cuts it to
 * the frame size the client takes and holds it back to the client's window.
 */
final class Http2ResponseEncoder extends ChannelInboundHandlerAdapter implements ResponseSink {

    private static final int HEAD_BYTES = 1024;
    private static final int MAX_HEAD_BYTES = 1 << 20;
    private static final int MAX_HEADERS = 1024;

    private @Nullable Http2RequestDecoder decoder;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Http2Headers pendingHead;
    private boolean started;
    private boolean isHead;
    private boolean bodyless;
    private long payloadBytes;

    void setDecoder(Http2RequestDecoder decoder) {
        this.decoder = decoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    /** A request has come: what follows is its response. */
    void begin(RequestHead head) {
        isHead = head.method() == Method.HEAD;
    }

    /** Something has come that cannot be read as a request. */
    void beginUnreadable() {
        isHead = false;
    }

    @Override
    public ByteBufAllocator alloc() {
        return channel().alloc();
    }

    @Override
    public boolean isStarted() {
        return started;
    }

    /** Streams are for one request anyway. */
    @Override
    public void closeAfterwards() {}

    @Override
    public void start(ResponseStart start) {
        started = true;
        bodyless = isHead || start.status() == 204 || start.status() == 304;
        ByteBuf raw = alloc().buffer(HEAD_BYTES);
        try {
            ResponseHeads.write(raw, start, bodyless && !isHead, false, true);
            ResponseHead head = new ResponseHead();
            new ResponseHeadParser(MAX_HEAD_BYTES, MAX_HEADERS).parse(raw, head, true);
            pendingHead = Http2Heads.of(head);
        } finally {
            raw.release();
        }
    }

    @Override
    public boolean takesFrames() {
        return false;
    }

    @Override
    public void payload(ByteBuf payload) {
        int length = payload.readableBytes();
        if (bodyless || length == 0 || !channel().isActive()) {
            payload.release();
            return;
        }
        payloadBytes += length;
        Http2Headers head = pendingHead;
        if (head != null) {
            pendingHead = null;
            write(new DefaultHttp2HeadersFrame(head));
        }
        write(new DefaultHttp2DataFrame(payload));
    }

    @Override
    public void frames(ByteBuf frames, int length) {
        frames.release();
        throw new IllegalStateException("a stream of HTTP/2 takes no chunks");
    }

    @Override
    public void end() {
        assert context != null && decoder != null;
        Http2Headers head = pendingHead;
        pendingHead = null;
        ChannelFuture ended =
                context.write(
                        head == null
                                ? new DefaultHttp2DataFrame(true)
                                : new DefaultHttp2HeadersFrame(head, true));
        if (decoder.onResponseEnd()) {
            ended.addListener(_ -> refuseTheRest());
        }
    }

    /**
     * Tells the client to stop sending a request that has been answered (RFC 9113, 8.1). Comes
     * after the answer was handed to the socket: it would take back what is still held by the
     * window.
     */
    private void refuseTheRest() {
        write(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
        flush();
    }

    @Override
    public void abort() {
        pendingHead = null;
        write(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
        flush();
    }

    @Override
    public void continueBody() {
        Http2Headers interim = new DefaultHttp2Headers(false, 1);
        interim.status("100");
        write(new DefaultHttp2HeadersFrame(interim));
        flush();
    }

    @Override
    public void flush() {
        if (context != null) {
            context.flush();
        }
    }

    @Override
    public boolean isWritable() {
        return channel().isWritable();
    }

    @Override
    public long payloadBytes() {
        return payloadBytes;
    }

    private void write(Object frame) {
        assert context != null;
        context.write(frame);
    }

    private Channel channel() {
        assert context != null;
        return context.channel();
    }
}
