package io.sluice.message;

import io.netty.buffer.ByteBuf;

/**
 * Reads an answer in one dialect, however it is cut, and tells an {@link AnswerListener}.
 *
 * <p>Confined to the event loop of its call.
 */
public interface AnswerReader {

    /**
     * Reads {@code length} bytes of {@code piece} from {@code index} on.
     *
     * @param piece borrowed; its indices do not move
     */
    void read(ByteBuf piece, int index, int length);

    /** Ends the answer: its framing did. */
    void finish();

    /** Whether the listener was told of the end or of an error. */
    boolean isEnded();
}
