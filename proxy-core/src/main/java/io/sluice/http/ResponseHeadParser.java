package io.sluice.http;

import io.netty.buffer.ByteBuf;

/**
 * Finds and parses response heads. One for each connection, confined to its event loop.
 *
 * <p>Strict by RFC 9110 and RFC 9112: what could be read in two ways is refused. After an exception
 * the parser and its connection are of no further use.
 */
public final class ResponseHeadParser {

    private final int maxHeaders;
    private final HeadEnd end;

    /**
     * A parser at the beginning of a connection.
     *
     * @param maxHeadBytes bounds status line and headers together
     * @param maxHeaders bounds the number of header lines
     */
    public ResponseHeadParser(int maxHeadBytes, int maxHeaders) {
        this.maxHeaders = maxHeaders;
        this.end = new HeadEnd(maxHeadBytes);
    }

    /**
     * Parses the next head.
     *
     * @param in borrowed; its reader index moves behind the head, and stays while the head is not
     *     complete. Its unread bytes must still be there at the next call.
     * @param head filled if the head is complete
     * @param answersHead whether the request was {@code HEAD}, so that no body follows
     * @return whether the head is complete; if not, more bytes are needed
     * @throws MalformedHttpException if this is not a response we take
     */
    public boolean parse(ByteBuf in, ResponseHead head, boolean answersHead) {
        if (!in.isReadable()) {
            return false;
        }
        if (in.getByte(in.readerIndex()) != 'H') {
            throw Fault.BAD_STATUS_LINE.exception();
        }
        int length = end.find(in);
        if (length < 0) {
            return false;
        }
        head.take(in, length);
        head.parse(maxHeaders, answersHead);
        return true;
    }
}
