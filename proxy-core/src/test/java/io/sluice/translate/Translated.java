package io.sluice.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.message.AnswerTerms;
import io.sluice.message.Dialect;
import io.sluice.message.SendTerms;
import io.sluice.testing.Cuts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One translation, done: bodies as trees and texts. */
final class Translated {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Translated() {}

    /** A request in the provider's dialect, and what was left out of it. */
    record Request(JsonNode body, List<String> dropped) {}

    static Request request(Dialect caller, Dialect provider, String body, SendTerms terms) {
        ByteBuf asked = Cuts.bedded(body.getBytes(StandardCharsets.UTF_8));
        try {
            TranslatedRequest translated =
                    Translation.between(caller, provider)
                            .request(asked, terms, ByteBufAllocator.DEFAULT);
            try {
                String sent = translated.body().toString(StandardCharsets.UTF_8);
                return new Request(tree(sent), translated.dropped());
            } finally {
                translated.body().release();
            }
        } finally {
            asked.release();
        }
    }

    static JsonNode request(Dialect caller, Dialect provider, String body) {
        return request(caller, provider, body, SendTerms.of("model-behind", false)).body();
    }

    /** What the caller gets for a whole answer. */
    static String answer(Dialect caller, Dialect provider, boolean stream, String body) {
        AnswerTerms terms = AnswerTerms.of("call-1", 1_750_000_000L, "model", stream);
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
        try {
            TranslatedAnswer answer = Translation.between(caller, provider).answer(terms, stream);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            Cuts.feed(bytes, Cuts.none(), (buf, i, n) -> answer.feed(buf, i, n, out));
            answer.finish(out);
            return out.toString(StandardCharsets.UTF_8);
        } finally {
            out.release();
        }
    }

    /** What the caller gets for an error. */
    static JsonNode error(Dialect caller, Dialect provider, int status, String body) {
        ByteBuf told = Cuts.bedded(body.getBytes(StandardCharsets.UTF_8));
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
        try {
            Translation.between(caller, provider).error(status, told, out);
            return tree(out.toString(StandardCharsets.UTF_8));
        } finally {
            told.release();
            out.release();
        }
    }

    static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(json, e);
        }
    }
}
