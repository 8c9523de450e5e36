package io.sluice.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.message.AnswerTerms;
import io.sluice.message.Dialect;
import io.sluice.testing.Cuts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded answer says the same in every other dialect, however it is cut. */
class RecordedAnswersTest {

    /**
     * Two streams recorded as one, a stream whose recorder left a stray quote at its end, two with
     * arguments in pieces, which Gemini sends only to those who ask for them, and one in which the
     * provider calls a tool of its own, which is no call to the caller.
     */
    static final Set<String> BROKEN =
            Set.of(
                    "cerebras-chat-chat-stream-ed6da34e57",
                    "cerebras-chat-tool-call-stream-615c348119",
                    "gemini-gemini-streamgeneratecontent-tool-call-stream-423475affd",
                    "gemini-gemini-streamgeneratecontent-tool-call-stream-5d41ef2405",
                    "xai-responses-tool-call-stream-acf4e2003f");

    /** Every place and every pair of places of small answers, which takes hours. */
    private static final boolean ALL_CUTS = "all".equals(System.getProperty("sluice.cuts"));

    private static final int SMALL = 2048;
    private static final int SINGLE_CUTS = 64;
    private static final int RANDOM_CUTS = 12;

    @ParameterizedTest
    @MethodSource("answers")
    void saysTheSame(WireCase recorded, Dialect caller) {
        String sent = translate(recorded, caller, Cuts.none());
        Told told = Told.of(caller, recorded.isStream(), sent);

        check(recorded, caller, told);
        byte[] body = recorded.bytes();
        for (int cut = 1; cut < body.length; cut += stride(body.length)) {
            assertThat(translate(recorded, caller, new int[] {cut})).isEqualTo(sent);
        }
        if (ALL_CUTS && body.length <= SMALL) {
            cutTwice(recorded, caller, sent, body.length);
        }
        Random random = new Random(recorded.id().hashCode());
        for (int i = 0; i < RANDOM_CUTS; i++) {
            int[] cuts = Cuts.random(random, body.length, 40);
            assertThat(translate(recorded, caller, cuts)).as("cut %s", cuts).isEqualTo(sent);
        }
    }

    private static int stride(int length) {
        return ALL_CUTS || length <= SMALL / 2 ? 1 : Math.max(1, length / SINGLE_CUTS);
    }

    private static void cutTwice(WireCase recorded, Dialect caller, String sent, int length) {
        for (int first = 1; first < length - 1; first++) {
            for (int second = first + 1; second < length; second++) {
                assertThat(translate(recorded, caller, new int[] {first, second})).isEqualTo(sent);
            }
        }
    }

    static Stream<Arguments> answers() {
        return WireCase.all().stream()
                .filter(one -> one.status() == 200 && !BROKEN.contains(one.id()))
                .flatMap(one ->
                        Stream.of(Dialect.values())
                                .filter(to -> Translation.isPossible(to, one.dialect()))
                                .map(to -> Arguments.of(one, to)));
    }

    private static void check(WireCase recorded, Dialect caller, Told told) {
        JsonNode expected = recorded.expected();
        if (expected.has("error") && !expected.path("error").isNull()) {
            assertThat(told.error).isNotEmpty();
            return;
        }
        assertThat(told.error).isEmpty();
        assertThat(told.ended).isTrue();
        same(expected, "text", told.text.toString());
        if (expected.has("tool_plan")) {
            same(expected, "tool_plan", told.thought.toString());
            told.thought.setLength(0);
        }
        if (expected.has("reasoning")
                || expected.has("reasoning_chars")
                || !recorded.body().contains("reasoning_details")) {
            same(expected, "reasoning", told.thought.toString());
        }
        if (expected.path("tool_calls").isArray()) {
            List<List<Object>> calls = new ArrayList<>();
            for (JsonNode call : expected.get("tool_calls")) {
                String name = call.path("name").asText();
                boolean isServers =
                        recorded.dialect() == Dialect.BEDROCK_CONVERSE && name.startsWith("nova_");
                if (!name.isEmpty() && !isServers) {
                    calls.add(List.of(name, Told.arguments(call.path("arguments").asText())));
                }
            }
            assertThat(told.toolCalls()).isEqualTo(calls);
        } else {
            assertThat(told.calls).isEmpty();
        }
        long[] usage = ExpectedUsage.of(recorded);
        if (usage.length > 0) {
            assertThat(new long[] {told.input, told.output, told.cached}).isEqualTo(usage);
        }
        String stop = ExpectedStop.of(recorded, caller, !told.calls.isEmpty());
        if (!stop.isEmpty()) {
            assertThat(told.stop).isEqualTo(stop);
        }
    }

    private static void same(JsonNode expected, String field, String told) {
        JsonNode text = expected.path(field);
        if (text.isTextual()) {
            assertThat(told).isEqualTo(text.asText());
        } else if (expected.has(field + "_chars")) {
            long chars = told.codePointCount(0, told.length());
            assertThat(chars).isEqualTo(expected.get(field + "_chars").asLong());
        } else {
            assertThat(told).isEmpty();
        }
    }

    static String translate(WireCase recorded, Dialect caller, int[] cuts) {
        AnswerTerms terms =
                AnswerTerms.of("01JQZ8V3N5", 1_750_000_000L, "model", recorded.isStream());
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
        try {
            TranslatedAnswer answer =
                    Translation.between(caller, recorded.dialect())
                            .answer(terms, recorded.isEventStream());
            Cuts.feed(recorded.bytes(), cuts, (buf, i, n) -> answer.feed(buf, i, n, out));
            answer.finish(out);
            assertThat(answer.isEnded()).isTrue();
            return out.toString(StandardCharsets.UTF_8);
        } finally {
            out.release();
        }
    }
}
