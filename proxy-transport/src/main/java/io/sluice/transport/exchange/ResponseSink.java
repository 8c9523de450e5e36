package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * The client's side of one call, as an exchange sees it: a response head, payload, an end. How that
 * looks on the wire is the sink's own affair.
 *
 * <p>Confined to the event loop of its connection. Nothing reaches the socket before {@link
 * #flush()}.
 */
public interface ResponseSink {

    ByteBufAllocator alloc();

    /** Begins the response. Called once. */
    void start(ResponseStart start);

    /** Whether whole HTTP chunks may be passed on with their framing, see {@link #frames}. */
    boolean takesFrames();

    /** Adds payload. {@code payload} is owned. */
    void payload(ByteBuf payload);

    /**
     * Adds whole HTTP chunks as they came, size lines and all.
     *
     * @param frames owned
     * @param payloadBytes the payload in them
     */
    void frames(ByteBuf frames, int payloadBytes);

    /** Ends the response, and the connection where it cannot or must not be used again. */
    void end();

    /** Ends the response in the middle: the client can see that it is not whole. */
    void abort();

    /** Sends 100 Continue (RFC 9110, 10.1.1). */
    void continueBody();

    /** Hands what was written to the socket. */
    void flush();

    /** Whether the client takes what it is sent. */
    boolean isWritable();

    /** Whether the response has begun. */
    boolean isStarted();

    /** Makes the connection close once the response has ended. */
    void closeAfterwards();

    /** The payload bytes written so far. */
    long payloadBytes();
}
