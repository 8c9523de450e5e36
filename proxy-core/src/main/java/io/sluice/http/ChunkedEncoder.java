package io.sluice.http;

import io.netty.buffer.ByteBuf;

/** Writes chunked framing (RFC 9112, 7.1). */
// Arrays, because that is what a buffer copies from without a detour.
@SuppressWarnings("MutablePublicArray")
public final class ChunkedEncoder {

    /** What ends a line and a chunk. Not to be changed. */
    public static final byte[] CRLF = {'\r', '\n'};

    /** The last chunk with an empty trailer: the end of the body. Not to be changed. */
    public static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};

    private ChunkedEncoder() {}

    /**
     * Writes the line that stands before a chunk's payload.
     *
     * @param out borrowed
     * @param payloadBytes more than zero, since a chunk of zero bytes would end the body
     * @throws IllegalArgumentException if it is not
     */
    public static void writeChunkHead(ByteBuf out, int payloadBytes) {
        if (payloadBytes <= 0) {
            throw new IllegalArgumentException("a chunk has at least one byte: " + payloadBytes);
        }
        int shift = (31 - Integer.numberOfLeadingZeros(payloadBytes)) & ~3;
        while (shift >= 0) {
            int digit = payloadBytes >>> shift & 0xF;
            out.writeByte(digit < 10 ? '0' + digit : 'a' + digit - 10);
            shift -= 4;
        }
        out.writeShort('\r' << 8 | '\n');
    }
}
