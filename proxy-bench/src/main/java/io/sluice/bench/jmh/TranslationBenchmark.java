package io.sluice.bench.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.message.AnswerTerms;
import io.sluice.message.Dialect;
import io.sluice.translate.TranslatedAnswer;
import io.sluice.translate.Translation;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Translates one event of a stream that goes on. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TranslationBenchmark {

    private static final int ROOM = 4096;

    /** The provider's dialect, and the caller's. */
    @Param({
        "OPENAI_CHAT>ANTHROPIC_MESSAGES",
        "OPENAI_CHAT>GEMINI",
        "ANTHROPIC_MESSAGES>OPENAI_CHAT",
        "ANTHROPIC_MESSAGES>GEMINI",
        "GEMINI>OPENAI_CHAT",
        "GEMINI>ANTHROPIC_MESSAGES",
        "OPENAI_RESPONSES>OPENAI_CHAT",
        "OPENAI_RESPONSES>ANTHROPIC_MESSAGES",
        "OPENAI_RESPONSES>GEMINI"
    })
    private String way = "OPENAI_CHAT>ANTHROPIC_MESSAGES";

    private final ByteBuf out = Unpooled.buffer(ROOM);
    private ByteBuf event = Unpooled.EMPTY_BUFFER;
    private TranslatedAnswer answer = begin(Dialect.OPENAI_CHAT, Dialect.ANTHROPIC_MESSAGES);

    /** An answer that goes that way. */
    static TranslationBenchmark of(String way) {
        TranslationBenchmark benchmark = new TranslationBenchmark();
        benchmark.way = way;
        benchmark.start();
        return benchmark;
    }

    /** Begins the stream. */
    @Setup
    public void start() {
        int to = way.indexOf('>');
        Dialect provider = Dialect.valueOf(way.substring(0, to));
        event = Samples.buffer(event(provider));
        answer = begin(provider, Dialect.valueOf(way.substring(to + 1)));
        translate();
    }

    /** One event with a word of text. */
    @Benchmark
    public long translate(Scanned scanned) {
        scanned.add(event.readableBytes());
        return translate();
    }

    long translate() {
        out.clear();
        answer.feed(event, 0, event.readableBytes(), out);
        return out.readableBytes();
    }

    private static TranslatedAnswer begin(Dialect provider, Dialect caller) {
        AnswerTerms terms = AnswerTerms.of("01JQZ8V3N5", 1_767_225_600L, "canned", true);
        return Translation.between(caller, provider).answer(terms, true);
    }

    private static String event(Dialect provider) {
        return switch (provider) {
            case OPENAI_CHAT, BEDROCK_CONVERSE, COHERE_CHAT, OLLAMA_CHAT -> Samples.EVENT;
            case OPENAI_RESPONSES ->
                    "event: response.output_text.delta\n"
                            + "data: {\"type\":\"response.output_text.delta\","
                            + "\"sequence_number\":7,\"item_id\":\"msg_0123456789\","
                            + "\"output_index\":0,\"content_index\":0,\"delta\":\" quick\","
                            + "\"logprobs\":[]}\n\n";
            case ANTHROPIC_MESSAGES ->
                    "event: content_block_delta\n"
                            + "data: {\"type\":\"content_block_delta\",\"index\":0,"
                            + "\"delta\":{\"type\":\"text_delta\",\"text\":\" quick\"}}\n\n";
            case GEMINI ->
                    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\" quick\"}],"
                            + "\"role\":\"model\"},\"index\":0}],\"usageMetadata\":{"
                            + "\"promptTokenCount\":17,\"candidatesTokenCount\":5,"
                            + "\"totalTokenCount\":22},\"modelVersion\":\"gemini\","
                            + "\"responseId\":\"0123456789\"}\n\n";
        };
    }
}
