package io.sluice.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands in for a provider while the gateway warms up: answers each request with bytes that were
 * laid down beforehand. Confined to its channel's event loop.
 *
 * <p>It understands what the gateway sends for {@link Warmup}'s two requests, and no more.
 */
final class CannedResponder extends ChannelInboundHandlerAdapter {

    /** Ends a plain answer, as white space behind its JSON. */
    static final String PLAIN_TAIL = "\n\n\n\n\n";

    /** Ends a streamed answer, as its last chunk. */
    static final String STREAM_TAIL = "0\r\n\r\n";

    private static final String LENGTH = "content-length: ";
    private static final ByteBuf PLAIN = Unpooled.unreleasableBuffer(ascii(plain()));
    private static final ByteBuf STREAM = Unpooled.unreleasableBuffer(ascii(stream()));
    private static final int EVENTS = 20;

    private final StringBuilder request = new StringBuilder();

    private static ByteBuf ascii(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(US_ASCII));
    }

    private static String plain() {
        String body =
                """
                {"id":"chatcmpl-warm","object":"chat.completion","created":1,"model":"warm-up",
                "choices":[{"index":0,"message":{"role":"assistant","content":"Warm."},
                "finish_reason":"stop"}],
                "usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}
                """
                        + PLAIN_TAIL;
        return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                + LENGTH
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    private static String stream() {
        StringBuilder all = new StringBuilder("HTTP/1.1 200 OK\r\n");
        all.append("content-type: text/event-stream\r\n");
        all.append("transfer-encoding: chunked\r\n\r\n");
        for (int i = 0; i < EVENTS; i++) {
            chunk(all, "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" warm\"}}]");
        }
        chunk(
                all,
                "\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":20,"
                        + "\"total_tokens\":29}");
        String done = "data: [DONE]\n\n";
        return all.append(Integer.toHexString(done.length()))
                .append("\r\n")
                .append(done)
                .append("\r\n")
                .append(STREAM_TAIL)
                .toString();
    }

    private static void chunk(StringBuilder out, String fields) {
        String event =
                "data: {\"id\":\"chatcmpl-warm\",\"object\":\"chat.completion.chunk\","
                        + "\"created\":1,\"model\":\"warm-up\","
                        + fields
                        + "}\n\n";
        out.append(Integer.toHexString(event.length())).append("\r\n").append(event).append("\r\n");
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        request.append(in.toString(US_ASCII));
        in.release();
        int end = request.indexOf("\r\n\r\n");
        int length = request.indexOf(LENGTH);
        if (end < 0 || length < 0) {
            return;
        }
        int from = length + LENGTH.length();
        int bytes = Integer.parseInt(request.substring(from, request.indexOf("\r", from)));
        if (request.length() >= end + 4 + bytes) {
            boolean streams = request.indexOf("\"stream\":true") >= 0;
            request.setLength(0);
            ctx.writeAndFlush((streams ? STREAM : PLAIN).duplicate());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
