package io.sluice.framing;

import io.netty.buffer.ByteBuf;

/**
 * Turns the bytes of a stream, however they are cut, into server-sent events.
 *
 * <p>Confined to the event loop of its call.
 */
public interface StreamDecoder {

    /**
     * Decodes {@code length} bytes of {@code in} from {@code index} on.
     *
     * @param in borrowed; its indices do not move
     * @param out borrowed; events are appended as they become whole
     */
    void decode(ByteBuf in, int index, int length, ByteBuf out);

    /**
     * Ends the stream: its framing did.
     *
     * @param out borrowed; what is left is appended, or an error event where a frame was cut
     */
    void finish(ByteBuf out);
}
