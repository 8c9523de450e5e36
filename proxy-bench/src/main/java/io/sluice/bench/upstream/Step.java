package io.sluice.bench.upstream;

import io.netty.buffer.ByteBuf;

/** One thing to be done while an answer is given. */
sealed interface Step {

    /**
     * Sends body bytes as one HTTP chunk of their own.
     *
     * @param bytes owned; never empty
     * @param tokens completion tokens that these bytes bill
     */
    record Send(ByteBuf bytes, long tokens) implements Step {}

    /** Sends nothing for a while, {@link Long#MAX_VALUE} is for good. */
    record Wait(long nanos) implements Step {}

    /** Sends the head ahead of the body. */
    record SendHead() implements Step {}

    /**
     * Ends the connection, whatever the framing of the body has promised.
     *
     * @param reset RST instead of FIN
     */
    record Cut(boolean reset) implements Step {}

    /**
     * Sends bytes past the HTTP encoder, so that head or chunk stay incomplete.
     *
     * @param bytes owned
     */
    record SendRaw(ByteBuf bytes) implements Step {}
}
