package io.sluice.transport.downstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.util.ReferenceCountUtil;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.message.Dialect;
import io.sluice.telemetry.Termination;
import io.sluice.transport.exchange.CallEnds;
import io.sluice.transport.exchange.ErrorAnswers;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.LoopResources;
import io.sluice.transport.exchange.ResponseSink;
import io.sluice.transport.exchange.ResponseStart;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Last stage: turns what went wrong in the rooms before into an answer.
 *
 * <p>Confined to its connection's event loop.
 */
final class ErrorHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorHandler.class);

    private final LoopResources resources;
    private final RequestIntake intake;
    private final ResponseSink sink;

    ErrorHandler(LoopResources resources, RequestIntake intake, ResponseSink sink) {
        this.resources = resources;
        this.intake = intake;
        this.sink = sink;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ReferenceCountUtil.release(msg);
    }

    /** A call whose client left in a room that has nothing to say about it is recorded here. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        GatewayRequest request = intake.request();
        if (request != null && request.principal() != null) {
            CallEnds.refused(
                    request, resources, CallEnds.CLIENT_LEFT, null, new Termination('C', 'R'));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == DrainEvent.CLOSE_WHEN_IDLE) {
            if (intake.isBusy()) {
                sink.closeAfterwards();
            } else {
                ctx.close();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        switch (cause) {
            case GatewayException e -> answer(ctx, e.code(), e.text(), e);
            case IOException _ -> ctx.close();
            case DecoderException e when isTls(e) -> ctx.close();
            default -> {
                GatewayRequest request = intake.request();
                LOG.error(
                        "call {} failed unexpectedly", request == null ? "-" : request.id(), cause);
                GatewayException hidden =
                        new GatewayException(
                                ErrorCode.INTERNAL_ERROR, "the gateway failed; its log says why");
                answer(ctx, ErrorCode.INTERNAL_ERROR, hidden.text(), hidden);
            }
        }
    }

    private static boolean isTls(DecoderException e) {
        return e.getCause() instanceof SSLException;
    }

    private void answer(
            ChannelHandlerContext ctx, ErrorCode code, String message, GatewayException cause) {
        GatewayRequest request = intake.request();
        if (sink.isStarted()) {
            ctx.close();
            return;
        }
        ResponseStart start;
        if (request == null) {
            String id = resources.newRequestId();
            start = new ResponseStart(code.status(), id, id);
        } else {
            request.releaseBody();
            start = request.newResponse(code.status());
            if (request.principal() != null || isRecordedUnknown(code)) {
                char phase = code.status() == 401 || code.status() == 403 ? 'A' : 'R';
                CallEnds.refused(
                        request, resources, code.status(), code, new Termination('G', phase));
            }
        }
        Dialect dialect = request == null ? Dialect.OPENAI_CHAT : request.dialect();
        ErrorAnswers.answer(sink, dialect, start, code, message, cause.parameter());
    }

    /** Whether a call without a principal was counted as begun and therefore has a record. */
    private static boolean isRecordedUnknown(ErrorCode code) {
        return switch (code) {
            case MISSING_API_KEY,
                    INVALID_API_KEY,
                    CONFLICTING_CREDENTIALS,
                    DATABASE_UNAVAILABLE,
                    RATE_LIMIT_EXCEEDED ->
                    true;
            default -> false;
        };
    }
}
