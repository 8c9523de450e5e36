package io.sluice.http;

import io.netty.buffer.ByteBuf;

/** Finds the empty line that ends a head. Confined to its connection's event loop. */
final class HeadEnd {

    /*
     * Each byte is searched once, however many reads a head takes, so both offsets outlive a call.
     * They count from the reader index, since the caller may discard what was read.
     *
     * A line feed without its carriage return is refused where it stands: a peer that ends lines
     * so would otherwise wait for an answer until its time is up.
     */

    private final int maxBytes;

    /** Offset of the first byte not yet searched. */
    private int searched;

    /** Offset of the line being read. */
    private int line;

    HeadEnd(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * The length of the head that begins at the reader index, its empty line included.
     *
     * @param in borrowed, and left as it is
     * @return the length in bytes, or -1 if the end is not there yet
     */
    int find(ByteBuf in) {
        int start = in.readerIndex();
        int limit = start + Math.min(in.readableBytes(), maxBytes);
        int lf = in.indexOf(start + searched, limit, Ascii.LF);
        while (lf >= 0) {
            int lineStart = start + line;
            if (lf == lineStart || in.getByte(lf - 1) != Ascii.CR) {
                throw Fault.BARE_LF.exception();
            }
            line = lf + 1 - start;
            if (lf - 1 == lineStart) {
                int length = line;
                searched = 0;
                line = 0;
                return length;
            }
            lf = in.indexOf(lf + 1, limit, Ascii.LF);
        }
        searched = limit - start;
        if (searched == maxBytes) {
            throw Fault.HEAD_TOO_LARGE.exception();
        }
        return -1;
    }
}
