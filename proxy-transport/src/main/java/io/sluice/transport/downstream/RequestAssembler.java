package io.sluice.transport.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.http.BodyFraming;
import io.sluice.http.HeaderName;
import io.sluice.http.RequestHead;
import io.sluice.json.MalformedJsonException;
import io.sluice.json.TopLevelScanner;
import io.sluice.message.CallFields;
import io.sluice.message.Dialect;
import io.sluice.message.Endpoint;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.LoopResources;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Room 2: head and body become one request. The body is bounded and never parsed into a tree: a
 * scanner looks at each piece as it comes and finds the fields the gateway acts on.
 *
 * <p>Confined to its connection's event loop.
 */
final class RequestAssembler extends ChannelInboundHandlerAdapter {

    /*
     * A body that came in one read is kept as a slice of that read. Of one that came in several,
     * the large pieces are kept as slices and the small ones are copied together: a client that
     * sends byte by byte would otherwise pin a whole read buffer for each.
     */

    private static final int MIN_KEPT_BYTES = 8 << 10;
    private static final int MAX_COMPONENTS = 1 << 16;

    private final LoopResources resources;
    private final BodyMemory memory;
    private final Map<Dialect, TopLevelScanner> scanners = new EnumMap<>(Dialect.class);
    private TopLevelScanner scanner = scanner(Dialect.OPENAI_CHAT);

    private @Nullable GatewayRequest request;
    private @Nullable ByteBuf tail;
    private @Nullable CompositeByteBuf whole;
    private @Nullable GzipBody gzip;
    private long maxBytes;
    private long bodyBytes;
    private long takenBytes;
    private boolean isJson;
    private boolean isOurs;

    RequestAssembler(LoopResources resources, BodyMemory memory) {
        this.resources = resources;
        this.memory = memory;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        switch (msg) {
            case GatewayRequest begun -> begin(begun);
            case ByteBuf piece -> add(ctx, piece);
            case EndOfRequest _ -> end(ctx);
            default -> ctx.fireChannelRead(msg);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        drop();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        drop();
        ctx.fireExceptionCaught(cause);
    }

    private void begin(GatewayRequest begun) {
        drop();
        request = begun;
        RequestHead head = begun.head();
        maxBytes = begun.snapshot().settings().limits().bodyBytes();
        Endpoint endpoint = begun.endpoint();
        isJson = endpoint != null && endpoint.hasBody();
        bodyBytes = 0;
        scanner = scanner(endpoint == null ? Dialect.OPENAI_CHAT : endpoint.dialect());
        scanner.reset();
        checkExpectation(begun);
        if (head.framing() == BodyFraming.LENGTH && head.contentLength() > maxBytes) {
            throw tooLarge();
        }
        if (isJson) {
            checkType(head);
            if (isGzip(head)) {
                gzip = new GzipBody(maxBytes);
            }
        }
        if (head.expectsContinue() && !head.isHttp10()) {
            begun.sink().continueBody();
        }
    }

    private TopLevelScanner scanner(Dialect dialect) {
        Dialect read = dialect.isOpenAi() ? Dialect.OPENAI_CHAT : dialect;
        return scanners.computeIfAbsent(
                read, one -> new TopLevelScanner(CallFields.names(one), CallFields.MAX_DEPTH));
    }

    /**
     * The client may or may not send the body it wants something for: the connection ends.
     *
     * @throws GatewayException if it wants anything but 100 Continue
     */
    private static void checkExpectation(GatewayRequest begun) {
        RequestHead head = begun.head();
        if (head.find(HeaderName.EXPECT) >= 0 && !head.expectsContinue() && !head.isHttp10()) {
            begun.sink().closeAfterwards();
            throw new GatewayException(
                    ErrorCode.EXPECTATION_FAILED, "only \"Expect: 100-continue\" is understood");
        }
    }

    private static void checkType(RequestHead head) {
        int field = head.find(HeaderName.CONTENT_TYPE);
        if (field < 0) {
            return;
        }
        String value = head.value(field);
        int end = value.indexOf(';');
        String type = (end < 0 ? value : value.substring(0, end)).strip();
        boolean fits =
                type.equalsIgnoreCase("application/json")
                        || type.regionMatches(true, type.length() - 5, "+json", 0, 5);
        if (!fits) {
            throw new GatewayException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "the body must be application/json, not " + type.replaceAll("[^ -~]", "?"));
        }
    }

    private static boolean isGzip(RequestHead head) {
        int field = head.find(HeaderName.CONTENT_ENCODING);
        if (field < 0 || head.valueIs(field, "identity")) {
            return false;
        }
        boolean isOnly = head.findNext(HeaderName.CONTENT_ENCODING, field) < 0;
        if (isOnly && (head.valueIs(field, "gzip") || head.valueIs(field, "x-gzip"))) {
            return true;
        }
        throw new GatewayException(
                ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                "the body may be encoded with gzip or not at all",
                "content-encoding");
    }

    private void add(ChannelHandlerContext ctx, ByteBuf piece) {
        if (request == null) {
            piece.release();
            return;
        }
        GzipBody inflating = gzip;
        if (inflating == null) {
            append(ctx, piece);
            return;
        }
        inflating.inflate(piece, inflated -> append(ctx, inflated));
    }

    /** Takes over {@code piece}. */
    private void append(ChannelHandlerContext ctx, ByteBuf piece) {
        int length = piece.readableBytes();
        boolean fits = bodyBytes + length <= maxBytes;
        boolean isTaken = fits && memory.take(length);
        if (!isTaken) {
            piece.release();
            throw fits
                    ? new GatewayException(
                            ErrorCode.OVERLOADED, "too many request bodies are held at this moment")
                    : tooLarge();
        }
        takenBytes += length;
        bodyBytes += length;
        if (isJson) {
            scan(piece);
        }
        keep(ctx, piece);
    }

    private void keep(ChannelHandlerContext ctx, ByteBuf piece) {
        boolean isFirst = tail == null && whole == null;
        if (isFirst) {
            tail = piece;
        } else if (piece.readableBytes() >= MIN_KEPT_BYTES) {
            closeTail(ctx);
            parts(ctx).addComponent(true, piece);
        } else {
            try {
                room(ctx, piece.readableBytes()).writeBytes(piece);
            } finally {
                piece.release();
            }
        }
    }

    /** A buffer of ours that takes {@code more} bytes. */
    private ByteBuf room(ChannelHandlerContext ctx, int more) {
        ByteBuf open = tail;
        if (open == null || !isOurs || open.writableBytes() < more) {
            closeTail(ctx);
            open = ctx.alloc().buffer(2 * MIN_KEPT_BYTES);
            tail = open;
            isOurs = true;
        }
        return open;
    }

    private void closeTail(ChannelHandlerContext ctx) {
        ByteBuf closed = tail;
        tail = null;
        isOurs = false;
        if (closed != null) {
            parts(ctx).addComponent(true, closed);
        }
    }

    private CompositeByteBuf parts(ChannelHandlerContext ctx) {
        CompositeByteBuf parts = whole;
        if (parts == null) {
            parts = ctx.alloc().compositeBuffer(MAX_COMPONENTS);
            whole = parts;
        }
        return parts;
    }

    private void scan(ByteBuf piece) {
        try {
            scanner.feed(piece);
        } catch (MalformedJsonException e) {
            piece.release();
            throw malformed(e);
        }
    }

    private void end(ChannelHandlerContext ctx) {
        GatewayRequest complete = request;
        if (complete == null) {
            return;
        }
        complete.setCompleteNanos(resources.ticker().nowNanos());
        if (gzip != null) {
            gzip.finish(inflated -> append(ctx, inflated));
        }
        if (whole != null) {
            closeTail(ctx);
        }
        ByteBuf body = whole == null ? tail : whole;
        CallFields fields = isJson ? readFields(complete, body) : null;
        long held = takenBytes;
        request = null;
        tail = null;
        isOurs = false;
        whole = null;
        takenBytes = 0;
        endGzip();
        complete.setBody(
                body == null ? Unpooled.EMPTY_BUFFER : body, fields, () -> memory.giveBack(held));
        ctx.fireChannelRead(complete);
    }

    private CallFields readFields(GatewayRequest complete, @Nullable ByteBuf body) {
        Endpoint endpoint = complete.endpoint();
        assert endpoint != null;
        try {
            scanner.finish();
            ByteBuf read = body == null ? Unpooled.EMPTY_BUFFER : body;
            return CallFields.of(scanner, read, endpoint, complete.path().model() != null);
        } catch (MalformedJsonException e) {
            throw malformed(e);
        }
    }

    private static GatewayException malformed(MalformedJsonException e) {
        return new GatewayException(
                ErrorCode.INVALID_JSON,
                "the body is not valid JSON at byte " + e.byteOffset() + ": " + e.getMessage());
    }

    private GatewayException tooLarge() {
        return new GatewayException(
                ErrorCode.BODY_TOO_LARGE, "the body is larger than " + maxBytes + " bytes");
    }

    private void drop() {
        request = null;
        isOurs = false;
        if (tail != null) {
            tail.release();
            tail = null;
        }
        if (whole != null) {
            whole.release();
            whole = null;
        }
        if (takenBytes > 0) {
            memory.giveBack(takenBytes);
            takenBytes = 0;
        }
        endGzip();
    }

    private void endGzip() {
        if (gzip != null) {
            gzip.close();
            gzip = null;
        }
    }
}
