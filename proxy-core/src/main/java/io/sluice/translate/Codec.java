package io.sluice.translate;

import io.netty.buffer.ByteBuf;
import io.sluice.message.AnswerError;
import io.sluice.message.AnswerListener;
import io.sluice.message.AnswerReader;
import io.sluice.message.AnswerTerms;
import io.sluice.message.AnswerWriter;
import io.sluice.message.Dialect;
import io.sluice.message.RequestReader;
import io.sluice.message.RequestWriter;

/** One dialect each way. */
enum Codec {
    NONE;

    static Codec of(Dialect dialect) {
        return NONE;
    }

    /** Whether callers may speak it. */
    boolean serves() {
        return false;
    }

    /** Whether providers may speak it. */
    boolean calls() {
        return false;
    }

    RequestReader requestReader() {
        throw new IllegalStateException();
    }

    RequestWriter requestWriter() {
        throw new IllegalStateException();
    }

    AnswerReader answerReader(AnswerListener to, AnswerTerms terms, boolean eventStream) {
        throw new IllegalStateException();
    }

    AnswerWriter answerWriter(AnswerTerms terms) {
        throw new IllegalStateException();
    }

    AnswerError readError(int status, byte[] body) {
        throw new IllegalStateException();
    }

    void writeError(AnswerError error, AnswerTerms terms, ByteBuf out) {
        throw new IllegalStateException();
    }
}
