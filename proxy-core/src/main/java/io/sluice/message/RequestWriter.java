package io.sluice.message;

import io.netty.buffer.ByteBuf;

/** Writes requests in one dialect. Stateless. */
@FunctionalInterface
public interface RequestWriter {

    /**
     * Writes {@code request} to the end of {@code out}.
     *
     * @param out borrowed
     * @throws io.sluice.error.GatewayException where the dialect has no place for a part of it
     */
    void write(ChatRequest request, SendTerms terms, Omissions omissions, ByteBuf out);
}
