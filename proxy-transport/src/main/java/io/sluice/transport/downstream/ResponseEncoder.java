package io.sluice.transport.downstream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.LeakPresenceDetector;
import io.sluice.http.ChunkedEncoder;
import io.sluice.http.Method;
import io.sluice.http.RequestHead;
import io.sluice.transport.exchange.ResponseSink;
import io.sluice.transport.exchange.ResponseStart;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes responses in HTTP/1.1: stands behind the {@link RequestDecoder} and tells it when a
 * response has ended.
 *
 * <p>Confined to its connection's event loop.
 */
final class ResponseEncoder extends ChannelInboundHandlerAdapter implements ResponseSink {

    /*
     * The head waits for the first payload and leaves in one buffer with it where that is small:
     * one buffer is one send, two are a writev. Later payload is framed in place when it is small
     * and passed as it is between two framing buffers when it is not.
     */

    private static final int HEAD_BYTES = 1024;
    private static final int MAX_COPIED_BYTES = 8 << 10;
    private static final int FRAMING_BYTES = 16;

    private static final ByteBuf CRLF = constant(ChunkedEncoder.CRLF);
    private static final ByteBuf LAST_CHUNK = constant(ChunkedEncoder.LAST_CHUNK);

    private final BooleanSupplier isDraining;

    private @Nullable RequestDecoder decoder;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf pendingHead;
    private boolean started;
    private boolean chunked;
    private boolean bodyless;
    private boolean isOpenEnded;
    private boolean takesChunks;
    private boolean isHead;
    private boolean keepAlive;
    private long payloadBytes;

    /**
     * An encoder before the first request.
     *
     * @param isDraining whether connections should end with the response under way
     */
    ResponseEncoder(BooleanSupplier isDraining) {
        this.isDraining = isDraining;
    }

    void setDecoder(RequestDecoder decoder) {
        this.decoder = decoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        releaseHead();
        ctx.fireChannelInactive();
    }

    /** A request has come: what follows is its response. */
    void begin(RequestHead head) {
        reset();
        isHead = head.method() == Method.HEAD;
        takesChunks = !head.isHttp10();
        keepAlive = takesChunks && head.isKeepAlive();
    }

    /** Something has come that cannot be read as a request. */
    void beginUnreadable() {
        reset();
        isHead = false;
        takesChunks = true;
        keepAlive = false;
    }

    private void reset() {
        releaseHead();
        started = false;
        chunked = false;
        bodyless = false;
        isOpenEnded = false;
        payloadBytes = 0;
    }

    @Override
    public ByteBufAllocator alloc() {
        return channel().alloc();
    }

    @Override
    public boolean isStarted() {
        return started;
    }

    @Override
    public void closeAfterwards() {
        keepAlive = false;
    }

    @Override
    public void start(ResponseStart start) {
        started = true;
        int status = start.status();
        bodyless = isHead || status == 204 || status == 304;
        boolean hasLength = start.contentLength() >= 0;
        chunked = !bodyless && !hasLength && takesChunks;
        isOpenEnded = !bodyless && !hasLength && !takesChunks;
        if (isOpenEnded) {
            keepAlive = false;
        }
        if (isDraining.getAsBoolean() || (decoder != null && !decoder.canGoOn())) {
            keepAlive = false;
        }
        ByteBuf head = alloc().buffer(HEAD_BYTES);
        ResponseHeads.write(head, start, bodyless && !isHead, chunked, keepAlive);
        pendingHead = head;
    }

    @Override
    public boolean takesFrames() {
        return chunked;
    }

    @Override
    public void payload(ByteBuf payload) {
        int length = payload.readableBytes();
        if (bodyless || length == 0 || !channel().isActive()) {
            payload.release();
            return;
        }
        payloadBytes += length;
        if (!chunked) {
            write(payload);
        } else if (length <= MAX_COPIED_BYTES) {
            ByteBuf framed = takeHead(length + FRAMING_BYTES);
            ChunkedEncoder.writeChunkHead(framed, length);
            framed.writeBytes(payload).writeBytes(ChunkedEncoder.CRLF);
            payload.release();
            channelWrite(framed);
        } else {
            ByteBuf before = takeHead(FRAMING_BYTES);
            ChunkedEncoder.writeChunkHead(before, length);
            channelWrite(before);
            channelWrite(payload);
            channelWrite(CRLF.duplicate());
        }
    }

    @Override
    public void frames(ByteBuf frames, int length) {
        if (!channel().isActive()) {
            frames.release();
            return;
        }
        payloadBytes += length;
        write(frames);
    }

    /** Writes bytes as they are, together with a head that still waits. */
    private void write(ByteBuf bytes) {
        ByteBuf head = pendingHead;
        if (head == null) {
            channelWrite(bytes);
        } else if (bytes.readableBytes() <= MAX_COPIED_BYTES) {
            pendingHead = null;
            head.writeBytes(bytes);
            bytes.release();
            channelWrite(head);
        } else {
            pendingHead = null;
            channelWrite(head);
            channelWrite(bytes);
        }
    }

    @Override
    public void end() {
        ByteBuf head = pendingHead;
        pendingHead = null;
        if (head != null) {
            if (chunked) {
                head.writeBytes(ChunkedEncoder.LAST_CHUNK);
            }
            channelWrite(head);
        } else if (chunked) {
            channelWrite(LAST_CHUNK.duplicate());
        }
        if (decoder != null) {
            decoder.onResponseEnd(keepAlive);
        }
    }

    @Override
    public void abort() {
        releaseHead();
        flush();
        Channel channel = channel();
        if (isOpenEnded) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        channel.close();
    }

    @Override
    public void continueBody() {
        ByteBuf interim = alloc().buffer(32);
        interim.writeCharSequence("HTTP/1.1 100 Continue\r\n\r\n", US_ASCII);
        channelWrite(interim);
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

    /** The waiting head, or a new buffer, with room for {@code more} bytes. */
    private ByteBuf takeHead(int more) {
        ByteBuf head = pendingHead;
        pendingHead = null;
        return head == null ? alloc().buffer(more) : head;
    }

    private void channelWrite(ByteBuf bytes) {
        assert context != null;
        context.write(bytes, context.voidPromise());
    }

    private void releaseHead() {
        ByteBuf head = pendingHead;
        pendingHead = null;
        if (head != null) {
            head.release();
        }
    }

    private Channel channel() {
        assert context != null;
        return context.channel();
    }

    private static ByteBuf constant(byte[] bytes) {
        return LeakPresenceDetector.staticInitializer(() ->
                Unpooled.unreleasableBuffer(
                        Unpooled.directBuffer(bytes.length).writeBytes(bytes).asReadOnly()));
    }
}
