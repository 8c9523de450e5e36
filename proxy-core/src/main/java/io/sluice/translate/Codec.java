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
import io.sluice.provider.anthropic.MessagesAnswerReader;
import io.sluice.provider.anthropic.MessagesBodyWriter;
import io.sluice.provider.anthropic.MessagesErrors;
import io.sluice.provider.anthropic.MessagesRequestReader;
import io.sluice.provider.anthropic.MessagesRequestWriter;
import io.sluice.provider.anthropic.MessagesStreamWriter;
import io.sluice.provider.gemini.GeminiAnswerReader;
import io.sluice.provider.gemini.GeminiErrors;
import io.sluice.provider.gemini.GeminiRequestReader;
import io.sluice.provider.gemini.GeminiRequestWriter;
import io.sluice.provider.gemini.GeminiWriter;
import io.sluice.provider.openai.ChatAnswerReader;
import io.sluice.provider.openai.ChatBodyWriter;
import io.sluice.provider.openai.ChatErrors;
import io.sluice.provider.openai.ChatRequestReader;
import io.sluice.provider.openai.ChatRequestWriter;
import io.sluice.provider.openai.ChatStreamWriter;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** One dialect each way. Immutable. */
record Codec(
        RequestReader requestReader,
        RequestWriter requestWriter,
        ReaderMaker readerMaker,
        Function<AnswerTerms, AnswerWriter> streamWriter,
        Function<AnswerTerms, AnswerWriter> bodyWriter,
        ErrorReader errorReader,
        BiConsumer<AnswerError, ByteBuf> errorWriter,
        int choices) {

    /** Makes the reader of one answer. */
    @FunctionalInterface
    interface ReaderMaker {
        AnswerReader make(AnswerListener to, AnswerTerms terms, boolean eventStream);
    }

    /** Reads the body of an error answer. */
    @FunctionalInterface
    interface ErrorReader {
        AnswerError read(int status, byte[] body);
    }

    /** How many answers at once a dialect has room for that has room for several. */
    private static final int MANY = 128;

    private static final Map<Dialect, Codec> ALL =
            Map.of(
                    Dialect.OPENAI_CHAT,
                    new Codec(
                            new ChatRequestReader(),
                            new ChatRequestWriter(),
                            ChatAnswerReader::of,
                            ChatStreamWriter::new,
                            ChatBodyWriter::new,
                            ChatErrors::read,
                            ChatErrors::write,
                            MANY),
                    Dialect.ANTHROPIC_MESSAGES,
                    new Codec(
                            new MessagesRequestReader(),
                            new MessagesRequestWriter(),
                            MessagesAnswerReader::of,
                            MessagesStreamWriter::new,
                            MessagesBodyWriter::new,
                            MessagesErrors::read,
                            MessagesErrors::write,
                            1),
                    Dialect.GEMINI,
                    new Codec(
                            new GeminiRequestReader(),
                            new GeminiRequestWriter(),
                            GeminiAnswerReader::of,
                            GeminiWriter::new,
                            GeminiWriter::new,
                            GeminiErrors::read,
                            GeminiErrors::write,
                            MANY));

    static boolean exists(Dialect dialect) {
        return ALL.containsKey(dialect);
    }

    /** The codec of a dialect. */
    static Codec of(Dialect dialect) {
        Codec codec = ALL.get(dialect);
        if (codec == null) {
            throw new GatewayException(
                    ErrorCode.NOT_SUPPORTED, "no translation of " + dialect.wireName());
        }
        return codec;
    }

    AnswerReader answerReader(AnswerListener to, AnswerTerms terms, boolean eventStream) {
        return readerMaker.make(to, terms, eventStream);
    }

    AnswerWriter answerWriter(AnswerTerms terms) {
        return (terms.stream() ? streamWriter : bodyWriter).apply(terms);
    }
}
