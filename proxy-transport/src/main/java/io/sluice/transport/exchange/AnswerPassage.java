package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.sluice.usage.AnswerMeter;

/**
 * The way of an answer's payload from provider to client.
 *
 * <p>Confined to the event loop of its call.
 */
sealed interface AnswerPassage permits AnswerRelay, AnswerTranslation, DecodedAnswer {

    /** Meters the first payload before it is passed on, where that is of use. */
    void preview(ByteBuf in, int index, int length);

    /** Passes payload on; see {@link io.sluice.transport.upstream.UpstreamListener#onPayload}. */
    void payload(ByteBuf in, int index, int length, int frameIndex, int frameEnd);

    /** From here on payload is only metered: nobody is there to take it. */
    void discard();

    /** The buffer that was read is about to be released. */
    void endRead();

    /** The answer is whole: what was held back goes out. */
    void finish();

    /**
     * Whether an event of the gateway's own may be put in here: the client stands between two
     * events.
     */
    boolean isAtEventBoundary();

    /** Whether the answer cannot be read, so that nothing can be put into it. */
    boolean isOpaque();

    /** Whether the client was told of an error in place of the rest of its answer. */
    boolean isBroken();

    /**
     * Makes an answer ready that goes out as a whole, so that its head can say how it ended.
     *
     * @param status of the provider's head
     * @return the status that the client is to be sent
     */
    default int prepare(int status) {
        return status;
    }

    /** Watches the provider's payload. */
    AnswerMeter meter();

    /** Forgets what was held back. */
    void release();
}
