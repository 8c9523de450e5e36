package io.sluice.routing;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;

/** Lets single requests in by a signature over each. Safe for any thread. */
@FunctionalInterface
public interface RequestSigner {

    /**
     * The header lines that let a request in, each with its CRLF.
     *
     * @param host as the {@code host} field says it
     * @param target path and query as the request line says them
     * @param body borrowed; its indices do not move
     */
    AsciiString sign(String method, String host, String target, ByteBuf body);
}
