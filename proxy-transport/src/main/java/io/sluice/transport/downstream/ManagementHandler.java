package io.sluice.transport.downstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.telemetry.Termination;
import io.sluice.transport.exchange.CallEnds;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.LoopResources;
import io.sluice.transport.exchange.ResponseSink;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** Answers management paths where the operator wants them on the data listener too. */
@Sharable
public final class ManagementHandler extends ChannelInboundHandlerAdapter {

    /** What answers management paths. Safe for any thread. */
    public interface Door {

        /** Whether a path is a management path. */
        boolean covers(String path);

        /** Whether management paths are answered here at all. */
        boolean isOpen();

        /**
         * Asks for an answer, which is given on some thread. The request is read before this
         * returns.
         */
        void ask(GatewayRequest request, boolean isLocal, Consumer<Answer> onAnswer);
    }

    /**
     * An answer.
     *
     * @param headerLines each with its CRLF
     */
    public record Answer(int status, String contentType, String headerLines, String body) {}

    private final LoopResources resources;
    private final Door door;

    ManagementHandler(LoopResources resources, Door door) {
        this.resources = resources;
        this.door = door;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof GatewayRequest request && request.endpoint() == null) {
            boolean isLocal =
                    ctx.channel().remoteAddress() instanceof InetSocketAddress peer
                            && peer.getAddress().isLoopbackAddress();
            door.ask(
                    request,
                    isLocal,
                    answer -> ctx.executor().execute(() -> respond(ctx, request, answer)));
        } else {
            ctx.fireChannelRead(msg);
        }
    }

    private void respond(ChannelHandlerContext ctx, GatewayRequest request, Answer answer) {
        request.releaseBody();
        CallEnds.refused(request, resources, answer.status(), null, Termination.COMPLETE);
        if (!ctx.channel().isActive()) {
            return;
        }
        byte[] bytes = answer.body().getBytes(UTF_8);
        ResponseSink sink = request.sink();
        ByteBuf body = sink.alloc().buffer(bytes.length).writeBytes(bytes);
        sink.start(
                request.newResponse(answer.status())
                        .withContentType(answer.contentType())
                        .withContentLength(bytes.length)
                        .withExtraLines(answer.headerLines()));
        sink.payload(body);
        sink.end();
        sink.flush();
    }
}
