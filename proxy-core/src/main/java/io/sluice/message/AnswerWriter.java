package io.sluice.message;

import io.netty.buffer.ByteBuf;

/**
 * Writes an answer in one dialect, as a stream or as one body.
 *
 * <p>A stream's events are written as they come; a body is written at its end. Confined to the
 * event loop of its call.
 */
public interface AnswerWriter extends AnswerListener {

    /**
     * Writes to the end of {@code out} from here on.
     *
     * @param out borrowed until the next call
     */
    void to(ByteBuf out);
}
