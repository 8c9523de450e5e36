package io.sluice.bench.canned;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads requests and has them answered, one at a time. Confined to its channel's event loop. */
final class LeanHandler extends ChannelInboundHandlerAdapter {

    private static final int MAX_HEAD_BYTES = 64 << 10;
    private static final int MAX_KEPT_BODY_BYTES = 64 << 10;
    private static final byte[] POST = "POST ".getBytes(US_ASCII);
    private static final byte[] MESSAGES = "/messages".getBytes(US_ASCII);
    private static final byte[] INCLUDE_USAGE = "\"include_usage\":true".getBytes(US_ASCII);

    private final LeanBooks books;

    private byte[] kept = new byte[2048];
    private int keptBytes;
    private int bodyAt;
    private long bodyLeft = -1;
    private @Nullable LeanAnswer answer;

    LeanHandler(LeanBooks books) {
        this.books = books;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        try {
            while (in.isReadable()) {
                if (bodyLeft < 0) {
                    readHead(ctx, in);
                } else {
                    readBody(in);
                }
                if (bodyLeft == 0) {
                    bodyLeft = -1;
                    respond(ctx);
                    keptBytes = 0;
                }
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    /** Keeps bytes up to the head's end, so that the body's stay unread. */
    private void readHead(ChannelHandlerContext ctx, ByteBuf in) {
        int searched = Math.max(0, keptBytes - 3);
        int room = Math.min(in.readableBytes(), 4096);
        keep(in, room);
        for (int i = searched; i <= keptBytes - 4; i++) {
            if (kept[i] == '\r'
                    && kept[i + 1] == '\n'
                    && kept[i + 2] == '\r'
                    && kept[i + 3] == '\n') {
                bodyAt = i + 4;
                in.readerIndex(in.readerIndex() - (keptBytes - bodyAt));
                keptBytes = bodyAt;
                bodyLeft = contentLength();
                return;
            }
        }
        if (keptBytes > MAX_HEAD_BYTES) {
            ctx.close();
        }
    }

    private void keep(ByteBuf in, int count) {
        if (keptBytes + count > kept.length) {
            kept = Arrays.copyOf(kept, Math.max(2 * kept.length, keptBytes + count));
        }
        in.readBytes(kept, keptBytes, count);
        keptBytes += count;
    }

    private long contentLength() {
        String head = new String(kept, 0, bodyAt, US_ASCII).toLowerCase(Locale.ROOT);
        int at = head.indexOf("\r\ncontent-length:");
        if (at < 0) {
            return 0;
        }
        int from = at + "\r\ncontent-length:".length();
        return Long.parseLong(head.substring(from, head.indexOf('\r', from)).strip());
    }

    private void readBody(ByteBuf in) {
        int count = (int) Math.min(bodyLeft, in.readableBytes());
        bodyLeft -= count;
        int keeping = Math.min(count, MAX_KEPT_BODY_BYTES - (keptBytes - bodyAt));
        if (keeping > 0) {
            keep(in, keeping);
        }
        in.skipBytes(count - Math.max(0, keeping));
    }

    private void respond(ChannelHandlerContext ctx) {
        int token = CannedSpec.find(kept, bodyAt, keptBytes);
        int id = token < 0 ? -1 : CannedSpec.idAt(kept, token, keptBytes);
        LeanScript script =
                id < 0 ? null : LeanScript.find(kept, token, id - 2, asksForUsage(), isMessages());
        if (script == null) {
            other(ctx);
            return;
        }
        books.onCall();
        LeanAnswer next = new LeanAnswer(ctx, script, kept, id, books);
        answer = next;
        next.start();
    }

    /** Whether the path, which ends at the second blank, is that of Anthropic's messages. */
    private boolean isMessages() {
        int end = POST.length;
        while (end < bodyAt && kept[end] != ' ') {
            end++;
        }
        int from = end - MESSAGES.length;
        return from > 0 && CannedSpec.matches(kept, from, MESSAGES);
    }

    private boolean asksForUsage() {
        int last = keptBytes - INCLUDE_USAGE.length;
        for (int i = bodyAt; i <= last; i++) {
            if (kept[i] == '"'
                    && kept[i + 1] == 'i'
                    && CannedSpec.matches(kept, i, INCLUDE_USAGE)) {
                return true;
            }
        }
        return false;
    }

    private void other(ChannelHandlerContext ctx) {
        String head = new String(kept, 0, Math.min(bodyAt, 64), US_ASCII);
        boolean asksForBooks = head.startsWith("GET /books ");
        String body =
                asksForBooks
                        ? books.toJson()
                        : "{\"error\":{\"message\":\"The prompt has no token.\","
                                + "\"type\":\"invalid_request_error\",\"param\":null,"
                                + "\"code\":\"no_token\"}}";
        ctx.writeAndFlush(
                ByteBufUtil.writeAscii(
                        ctx.alloc(),
                        "HTTP/1.1 "
                                + (asksForBooks ? "200 OK" : "400 Bad Request")
                                + "\r\ncontent-type: application/json\r\ncontent-length: "
                                + body.length()
                                + "\r\n\r\n"
                                + body));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        LeanAnswer current = answer;
        if (current != null && ctx.channel().isWritable()) {
            current.onWritable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        LeanAnswer current = answer;
        if (current != null) {
            current.onClientLeft();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            System.err.println("error: " + cause);
        }
        ctx.close();
    }
}
