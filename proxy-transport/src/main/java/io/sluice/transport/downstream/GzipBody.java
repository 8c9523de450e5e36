package io.sluice.transport.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.compression.ZlibWrapper;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import java.util.function.Consumer;

/**
 * Takes gzip off a body, piece by piece.
 *
 * <p>Confined to its connection's event loop.
 */
final class GzipBody {

    private final EmbeddedChannel decoder;

    /**
     * A body that is not begun.
     *
     * @param maxBytes the most it may be when inflated
     */
    GzipBody(long maxBytes) {
        int bound = (int) Math.min(Integer.MAX_VALUE - 8, Math.max(1, maxBytes));
        decoder = new EmbeddedChannel(ZlibCodecFactory.newZlibDecoder(ZlibWrapper.GZIP, bound));
    }

    /**
     * Inflates a piece.
     *
     * @param piece owned
     * @param sink takes over what comes out
     * @throws GatewayException if it is not gzip, or too much
     */
    void inflate(ByteBuf piece, Consumer<ByteBuf> sink) {
        try {
            decoder.writeInbound(piece);
            drain(sink);
        } catch (DecompressionException e) {
            throw invalid(e);
        }
    }

    /** The body has ended: gives out the rest. */
    void finish(Consumer<ByteBuf> sink) {
        try {
            decoder.finish();
            drain(sink);
        } catch (DecompressionException e) {
            throw invalid(e);
        }
    }

    /** Frees what is held. What is wrong with a body that nobody wants any more is not said. */
    void close() {
        decoder.close();
        decoder.releaseInbound();
    }

    private void drain(Consumer<ByteBuf> sink) {
        ByteBuf inflated = decoder.readInbound();
        while (inflated != null) {
            sink.accept(inflated);
            inflated = decoder.readInbound();
        }
    }

    private static GatewayException invalid(DecompressionException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("maximum size") || message.contains("maxAllocation")
                ? new GatewayException(
                        ErrorCode.BODY_TOO_LARGE, "the body is too large when inflated")
                : new GatewayException(ErrorCode.INVALID_JSON, "the body is not valid gzip");
    }
}
