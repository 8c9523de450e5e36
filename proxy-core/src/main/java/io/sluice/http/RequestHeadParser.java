package io.sluice.http;

import io.netty.buffer.ByteBuf;

/**
 * Finds and parses request heads. One for each connection, confined to its event loop.
 *
 * <p>Strict by RFC 9110 and RFC 9112: what could be read in two ways is refused. After an exception
 * the parser and its connection are of no further use.
 */
public final class RequestHeadParser {

    private static final int MAX_EMPTY_LINES = 4;

    private final int maxHeaders;
    private final HeadEnd end;

    private int emptyLines;

    /**
     * A parser at the beginning of a connection.
     *
     * @param maxHeadBytes bounds request line and headers together
     * @param maxHeaders bounds the number of header lines
     */
    public RequestHeadParser(int maxHeadBytes, int maxHeaders) {
        this.maxHeaders = maxHeaders;
        this.end = new HeadEnd(maxHeadBytes);
    }

    /**
     * Parses the next head.
     *
     * @param in borrowed; its reader index moves behind the head, or, while the head is not
     *     complete, at most behind empty lines in front of it (RFC 9112, 2.2). Its unread bytes
     *     must still be there at the next call.
     * @param head filled if the head is complete
     * @return whether it is; if not, more bytes are needed
     * @throws MalformedHttpException if this is not a request we take
     */
    public boolean parse(ByteBuf in, RequestHead head) {
        if (!skipEmptyLines(in)) {
            return false;
        }
        if (!Ascii.isToken(in.getByte(in.readerIndex()))) {
            throw Fault.BAD_METHOD.exception();
        }
        int length = end.find(in);
        if (length < 0) {
            return false;
        }
        emptyLines = 0;
        head.take(in, length);
        head.parse(maxHeaders);
        return true;
    }

    /** Whether the first byte of a request line is there. */
    private boolean skipEmptyLines(ByteBuf in) {
        while (in.isReadable()) {
            int at = in.readerIndex();
            byte first = in.getByte(at);
            if (first == Ascii.LF) {
                throw Fault.BARE_LF.exception();
            }
            if (first != Ascii.CR) {
                return true;
            }
            if (in.readableBytes() < 2) {
                return false;
            }
            if (in.getByte(at + 1) != Ascii.LF) {
                throw Fault.BARE_CR.exception();
            }
            emptyLines++;
            if (emptyLines > MAX_EMPTY_LINES) {
                throw Fault.EMPTY_LINES.exception();
            }
            in.skipBytes(2);
        }
        return false;
    }
}
