package io.sluice.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Calls the gateway over one connection while it warms up, plain and streamed in turn. Confined to
 * its channel's event loop.
 */
final class WarmupCaller extends ChannelInboundHandlerAdapter {

    private final ByteBuf plain;
    private final ByteBuf stream;
    private final Runnable onDone;
    private final byte[] tail = new byte[CannedResponder.PLAIN_TAIL.length()];
    private int left;

    /**
     * A caller.
     *
     * @param calls how many it makes
     * @param onDone when it has made them, or its connection is lost
     */
    WarmupCaller(String key, int calls, Runnable onDone) {
        plain = request(key, "");
        stream = request(key, ",\"stream\":true");
        left = calls;
        this.onDone = onDone;
    }

    private static ByteBuf request(String key, String more) {
        String body =
                "{\"model\":\"warm-up\",\"messages\":[{\"role\":\"user\",\"content\":\"Are you warm"
                        + " yet?\"}],\"max_tokens\":64"
                        + more
                        + "}";
        String whole =
                "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer "
                        + key
                        + "\r\ncontent-type: application/json\r\naccept: */*\r\ncontent-length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body;
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(whole.getBytes(US_ASCII)));
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        call(ctx);
    }

    private void call(ChannelHandlerContext ctx) {
        if (left == 0) {
            ctx.close();
            return;
        }
        left--;
        ctx.writeAndFlush((isStreaming() ? stream : plain).duplicate());
    }

    private boolean isStreaming() {
        return left % 2 == 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        int fresh = Math.min(tail.length, in.readableBytes());
        System.arraycopy(tail, fresh, tail, 0, tail.length - fresh);
        in.getBytes(in.writerIndex() - fresh, tail, tail.length - fresh, fresh);
        in.release();
        String end = isStreaming() ? CannedResponder.STREAM_TAIL : CannedResponder.PLAIN_TAIL;
        if (end.contentEquals(new String(tail, US_ASCII))) {
            call(ctx);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        onDone.run();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
