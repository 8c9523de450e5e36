package io.sluice.bench.upstream;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Iterator;

/**
 * One answer, ready to be given: its head and the steps that follow.
 *
 * @param headers without those that frame the body, which {@code framing} decides
 * @param trailers sent where the framing is chunked
 * @param steps made as they are taken, so that an answer of any length needs little memory
 * @param inputTokens billed when the answer begins
 * @param keepAlive whether the connection may stay open after it
 */
record Script(
        int status,
        HttpHeaders headers,
        HttpHeaders trailers,
        Framing framing,
        Iterator<Step> steps,
        Kind kind,
        long inputTokens,
        boolean keepAlive) {

    /** This script with another framing and other steps. */
    Script with(Framing framing, Iterator<Step> steps) {
        return new Script(status, headers, trailers, framing, steps, kind, inputTokens, keepAlive);
    }

    /** How the end of the body is told. */
    sealed interface Framing {

        /** By chunks. */
        record Chunked() implements Framing {}

        /** By the number of bytes. */
        record Length(long bytes) implements Framing {}

        /** By the end of the connection. */
        record Close() implements Framing {}
    }

    /** What the books make of the answer. */
    enum Kind {
        /** An answer of a model in one piece. */
        PLAIN,
        /** An answer of a model as it is made. */
        STREAM,
        /** An error, a list or the books themselves. Bills nothing. */
        OTHER
    }
}
