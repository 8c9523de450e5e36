package io.sluice.framing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;

/**
 * Decodes a stream of JSON documents, each on a line of its own, as Ollama's native interface
 * writes them.
 *
 * <p>Keeps nothing but whether it stands inside a line.
 */
public final class LineDecoder implements StreamDecoder {

    private static final byte[] DATA = "data: ".getBytes(US_ASCII);
    private static final byte[] END = "\n\n".getBytes(US_ASCII);

    private boolean isInside;

    @Override
    public void decode(ByteBuf in, int index, int length, ByteBuf out) {
        int end = index + length;
        int at = index;
        while (at < end) {
            int lineEnd = in.indexOf(at, end, (byte) '\n');
            int stop = lineEnd < 0 ? end : lineEnd;
            append(in, at, stop, out);
            if (lineEnd < 0) {
                return;
            }
            finish(out);
            at = lineEnd + 1;
        }
    }

    private void append(ByteBuf in, int from, int to, ByteBuf out) {
        int at = from;
        while (at < to && (in.getByte(at) == '\r' || (!isInside && in.getByte(at) == ' '))) {
            at++;
        }
        int stop = to > at && in.getByte(to - 1) == '\r' ? to - 1 : to;
        if (stop > at) {
            if (!isInside) {
                isInside = true;
                out.writeBytes(DATA);
            }
            out.writeBytes(in, at, stop - at);
        }
    }

    @Override
    public void finish(ByteBuf out) {
        if (isInside) {
            isInside = false;
            out.writeBytes(END);
        }
    }
}
