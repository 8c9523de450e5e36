package io.sluice.translate;

import io.netty.buffer.ByteBuf;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.message.AnswerError;
import io.sluice.message.AnswerListener;
import io.sluice.message.AnswerReader;
import io.sluice.message.AnswerTerms;
import io.sluice.message.AnswerWriter;
import io.sluice.message.Dialect;
import io.sluice.message.RequestReader;
import io.sluice.message.RequestWriter;
import java.util.EnumMap;
import java.util.Map;

/** One dialect each way. */
interface Codec {

    /** The dialects that can be translated. */
    Map<Dialect, Codec> ALL = new EnumMap<>(Dialect.class);

    /** The codec of a dialect. */
    static Codec of(Dialect dialect) {
        Codec codec = ALL.get(dialect);
        if (codec == null) {
            throw new GatewayException(
                    ErrorCode.NOT_SUPPORTED, "no translation of " + dialect.wireName());
        }
        return codec;
    }

    RequestReader requestReader();

    RequestWriter requestWriter();

    AnswerReader answerReader(AnswerListener to, AnswerTerms terms, boolean eventStream);

    AnswerWriter answerWriter(AnswerTerms terms);

    AnswerError readError(int status, byte[] body);

    void writeError(AnswerError error, AnswerTerms terms, ByteBuf out);
}
