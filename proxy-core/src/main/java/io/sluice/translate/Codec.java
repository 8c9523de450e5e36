package io.sluice.translate;

import io.netty.buffer.ByteBuf;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.json.JsonText;
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
import io.sluice.provider.bedrock.ConverseAnswerReader;
import io.sluice.provider.bedrock.ConverseErrors;
import io.sluice.provider.bedrock.ConverseRequestWriter;
import io.sluice.provider.cohere.CohereAnswerReader;
import io.sluice.provider.cohere.CohereErrors;
import io.sluice.provider.cohere.CohereRequestWriter;
import io.sluice.provider.gemini.GeminiAnswerReader;
import io.sluice.provider.gemini.GeminiErrors;
import io.sluice.provider.gemini.GeminiRequestReader;
import io.sluice.provider.gemini.GeminiRequestWriter;
import io.sluice.provider.gemini.GeminiWriter;
import io.sluice.provider.ollama.OllamaAnswerReader;
import io.sluice.provider.ollama.OllamaErrors;
import io.sluice.provider.ollama.OllamaRequestWriter;
import io.sluice.provider.openai.ChatAnswerReader;
import io.sluice.provider.openai.ChatBodyWriter;
import io.sluice.provider.openai.ChatErrors;
import io.sluice.provider.openai.ChatRequestReader;
import io.sluice.provider.openai.ChatRequestWriter;
import io.sluice.provider.openai.ChatStreamWriter;
import io.sluice.provider.responses.ResponsesAnswerReader;
import io.sluice.provider.responses.ResponsesEcho;
import io.sluice.provider.responses.ResponsesRequestReader;
import io.sluice.provider.responses.ResponsesRequestWriter;
import io.sluice.provider.responses.ResponsesWriter;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One dialect each way. Immutable. */
record Codec(
        @Nullable RequestReader requestReader,
        @Nullable RequestWriter requestWriter,
        @Nullable ReaderMaker readerMaker,
        @Nullable WriterMaker writerMaker,
        ErrorReader errorReader,
        EchoMaker echoMaker,
        BiConsumer<AnswerError, ByteBuf> errorWriter,
        int choices) {

    /** Makes the reader of one answer. */
    @FunctionalInterface
    interface ReaderMaker {
        AnswerReader make(AnswerListener to, AnswerTerms terms, boolean eventStream);
    }

    /** Makes the writer of one answer. */
    @FunctionalInterface
    interface WriterMaker {
        AnswerWriter make(AnswerTerms terms, JsonText echo);
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
                            (terms, _) ->
                                    terms.stream()
                                            ? new ChatStreamWriter(terms)
                                            : new ChatBodyWriter(terms),
                            ChatErrors::read,
                            (_, _, _) -> JsonText.EMPTY,
                            ChatErrors::write,
                            MANY),
                    Dialect.ANTHROPIC_MESSAGES,
                    new Codec(
                            new MessagesRequestReader(),
                            new MessagesRequestWriter(),
                            MessagesAnswerReader::of,
                            (terms, _) ->
                                    terms.stream()
                                            ? new MessagesStreamWriter(terms)
                                            : new MessagesBodyWriter(terms),
                            MessagesErrors::read,
                            (_, _, _) -> JsonText.EMPTY,
                            MessagesErrors::write,
                            1),
                    Dialect.GEMINI,
                    new Codec(
                            new GeminiRequestReader(),
                            new GeminiRequestWriter(),
                            GeminiAnswerReader::of,
                            (terms, _) -> new GeminiWriter(terms),
                            GeminiErrors::read,
                            (_, _, _) -> JsonText.EMPTY,
                            GeminiErrors::write,
                            MANY),
                    Dialect.BEDROCK_CONVERSE,
                    Codec.ofProvider(
                            new ConverseRequestWriter(),
                            ConverseAnswerReader::of,
                            ConverseErrors::read),
                    Dialect.COHERE_CHAT,
                    Codec.ofProvider(
                            new CohereRequestWriter(), CohereAnswerReader::of, CohereErrors::read),
                    Dialect.OLLAMA_CHAT,
                    Codec.ofProvider(
                            new OllamaRequestWriter(), OllamaAnswerReader::of, OllamaErrors::read),
                    Dialect.OPENAI_RESPONSES,
                    new Codec(
                            new ResponsesRequestReader(),
                            new ResponsesRequestWriter(),
                            ResponsesAnswerReader::of,
                            Codec::response,
                            ChatErrors::read,
                            ResponsesEcho::of,
                            ChatErrors::write,
                            1));

    /** Makes what an answer repeats of its request. */
    @FunctionalInterface
    interface EchoMaker {
        JsonText make(byte[] body, int from, int to);
    }

    /** A dialect that providers speak and callers do not. */
    private static Codec ofProvider(
            RequestWriter requestWriter, ReaderMaker readerMaker, ErrorReader errorReader) {
        return new Codec(
                null,
                requestWriter,
                readerMaker,
                null,
                errorReader,
                (_, _, _) -> JsonText.EMPTY,
                ChatErrors::write,
                1);
    }

    private static AnswerWriter response(AnswerTerms terms, JsonText echo) {
        JsonText repeated = echo.isEmpty() ? ResponsesEcho.NONE : echo;
        return new ResponsesWriter(terms, repeated, ChatErrors::write);
    }

    /** Whether providers may speak it: there is a way to ask in it, and to read what comes back. */
    static boolean canCall(Dialect dialect) {
        Codec codec = ALL.get(dialect);
        return codec != null && codec.requestWriter != null && codec.readerMaker != null;
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

    RequestReader reader() {
        return Objects.requireNonNull(requestReader);
    }

    AnswerWriter answerWriter(AnswerTerms terms, JsonText echo) {
        return Objects.requireNonNull(writerMaker).make(terms, echo);
    }

    RequestWriter writer() {
        return Objects.requireNonNull(requestWriter);
    }

    AnswerReader answerReader(AnswerListener to, AnswerTerms terms, boolean eventStream) {
        return Objects.requireNonNull(readerMaker).make(to, terms, eventStream);
    }
}
