package io.sluice.translate;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.message.AnswerTerms;
import io.sluice.message.Dialect;
import io.sluice.testing.Cuts;
import java.nio.charset.StandardCharsets;

/** Any bytes at all as an answer of each dialect: what the caller gets has form, however cut. */
class AnswerFuzzTest {

    @FuzzTest
    void chat(FuzzedDataProvider data) {
        translate(Dialect.OPENAI_CHAT, data);
    }

    @FuzzTest
    void messages(FuzzedDataProvider data) {
        translate(Dialect.ANTHROPIC_MESSAGES, data);
    }

    @FuzzTest
    void gemini(FuzzedDataProvider data) {
        translate(Dialect.GEMINI, data);
    }

    @FuzzTest
    void cohere(FuzzedDataProvider data) {
        translate(Dialect.COHERE_CHAT, data);
    }

    @FuzzTest
    void ollama(FuzzedDataProvider data) {
        translate(Dialect.OLLAMA_CHAT, data);
    }

    @FuzzTest
    void converse(FuzzedDataProvider data) {
        translate(Dialect.BEDROCK_CONVERSE, data);
    }

    private static void translate(Dialect provider, FuzzedDataProvider data) {
        boolean stream = data.consumeBoolean();
        Dialect caller = data.pickValue(Dialect.values());
        int cut = data.consumeInt(0, 128);
        byte[] body = data.consumeRemainingAsBytes();
        if (!Translation.isPossible(caller, provider)) {
            return;
        }
        String whole = translate(caller, provider, stream, body, Cuts.none());
        Told.of(caller, stream, whole);
        same(whole, translate(caller, provider, stream, body, Cuts.everywhere(body.length)));
        int[] once = {Math.min(cut, body.length)};
        same(whole, translate(caller, provider, stream, body, once));
    }

    private static String translate(
            Dialect caller, Dialect provider, boolean stream, byte[] body, int[] cuts) {
        AnswerTerms terms = AnswerTerms.of("call", 1, "model", stream);
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
        try {
            TranslatedAnswer answer = Translation.between(caller, provider).answer(terms, stream);
            Cuts.feed(body, cuts, (buf, index, length) -> answer.feed(buf, index, length, out));
            answer.finish(out);
            if (!answer.isEnded()) {
                throw new AssertionError("an answer without an end");
            }
            return out.toString(StandardCharsets.UTF_8);
        } finally {
            out.release();
        }
    }

    private static void same(String expected, String actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError(expected + " became " + actual);
        }
    }
}
