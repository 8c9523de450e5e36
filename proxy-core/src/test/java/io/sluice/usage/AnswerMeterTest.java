package io.sluice.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sluice.json.TextSample;
import io.sluice.testing.Cuts;
import io.sluice.usage.AnswerMeter.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerMeterTest {

    private final AnswerMeter meter = new AnswerMeter();

    @ParameterizedTest
    @CsvSource({"1", "7", "1000"})
    void countsTheEventsThatHaveText(int cut) {
        String events =
                """
                data: {"choices":[{"delta":{"role":"assistant","content":""}}]}

                data: {"choices":[{"delta":{"content":"a \\n b"}}]}

                : ping

                data: {"choices":[{"delta":{"reasoning_content":"so"}}]}

                data: {"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":"{"}}]}}]}

                data: {"choices":[{"delta":{},"finish_reason":"stop"}]}

                data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":9}}

                data: [DONE]

                """;
        TextSample text = new TextSample(0);
        meter.start(Kind.CHAT_STREAM, text);
        byte[] bytes = events.getBytes(StandardCharsets.UTF_8);
        ByteBuf in = Cuts.bedded(bytes);
        try {
            for (int at = 0; at < bytes.length; at += cut) {
                meter.scan(in, in.readerIndex() + at, Math.min(cut, bytes.length - at));
            }
        } finally {
            in.release();
        }

        assertThat(meter.spokenEvents()).isEqualTo(3);
        meter.start(Kind.CHAT_STREAM, text);
        assertThat(meter.spokenEvents()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "chat-absent.sse, NONE, 0, 0, 0, 0",
        "chat-null.sse, NONE, 0, 0, 0, 0",
        "chat-zero.sse, REPORTED, 0, 0, 0, 0",
        "chat-last-chunk.sse, REPORTED, 9, 2, 4, 0",
        "chat-every-chunk.sse, REPORTED, 9, 3, 0, 0",
        "chat-usage-event.sse, REPORTED, 11, 7, 5, 3",
        "chat-usage-event-crlf.sse, REPORTED, 3, 4, 0, 0",
        "chat-usage-event-cr.sse, REPORTED, 3, 4, 0, 0",
        "chat-usage-event-first.sse, REPORTED, 3, 1, 0, 0",
        "chat-usage-event-last.sse, REPORTED, 3, 1, 0, 0",
        "chat-usage-event-lines.sse, REPORTED, 6, 1, 0, 0",
        "chat-two-usage-events.sse, REPORTED, 3, 3, 0, 0",
        "chat-azure.sse, REPORTED, 8, 2, 0, 0",
        "chat-garbled.sse, REPORTED, 5, 2, 0, 0",
        "chat-error.sse, NONE, 0, 0, 0, 0",
        "chat-groq.sse, REPORTED, 13, 4, 0, 0",
        "chat-reasoning-apart.sse, REPORTED, 10, 25, 0, 20",
        "chat-cut.sse, REPORTED, 4, 3, 0, 0",
        "completion.sse, REPORTED, 2, 1, 0, 0",
        "responses.sse, REPORTED, 20, 8, 16, 6",
        "responses-incomplete.sse, REPORTED, 20, 8, 16, 6",
        "responses-failed.sse, NONE, 0, 0, 0, 0",
        "responses-error.sse, NONE, 0, 0, 0, 0",
        "chat.json, REPORTED, 12, 3, 0, 0",
        "response.json, REPORTED, 4, 2, 1, 0",
        "embeddings.json, REPORTED, 5, 0, 0, 0",
        "embeddings-total-only.json, REPORTED, 12, 0, 0, 0",
        "error.json, NONE, 0, 0, 0, 0",
        "strange-counts.json, REPORTED, 0, 1000000000000, 0, 0",
    })
    void readsUsage(
            String name,
            Usage.Origin origin,
            long input,
            long output,
            long cached,
            long reasoning) {
        read(name);

        Usage usage = meter.usage();
        assertThat(usage.origin()).isEqualTo(origin);
        assertThat(usage.inputTokens()).isEqualTo(input);
        assertThat(usage.outputTokens()).isEqualTo(output);
        assertThat(usage.cachedInputTokens()).isEqualTo(cached);
        assertThat(usage.reasoningTokens()).isEqualTo(reasoning);
    }

    @Test
    void readsAudioAndCacheWrites() {
        read("chat-usage-event.sse");
        assertThat(meter.usage().audioInputTokens()).isEqualTo(1);
        assertThat(meter.usage().audioOutputTokens()).isEqualTo(2);

        read("response.json");
        assertThat(meter.usage().cacheWriteTokens()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "chat-absent.sse, true, false, 3, chatcmpl-7, small-1",
        "chat-garbled.sse, true, false, 7, chatcmpl-7, small-1",
        "chat-azure.sse, true, false, 4, chatcmpl-7, small-1",
        "chat-usage-event-last.sse, false, false, 1, chatcmpl-7, small-1",
        "chat-cut.sse, false, false, 1, chatcmpl-7, small-1",
        "chat-error.sse, true, true, 2, chatcmpl-7, small-1",
        "chat-error-named.sse, true, true, 3, chatcmpl-7, small-1",
        "completion.sse, true, false, 3, cmpl-1, old-1",
        "responses.sse, true, false, 4, resp_1, big-1",
        "responses-incomplete.sse, true, false, 2, resp_1, big-1",
        "responses-failed.sse, true, true, 2, resp_1, big-1",
        "responses-error.sse, true, true, 2, resp_1, big-1",
        "chat.json, true, false, 0, chatcmpl-8, small-1",
        "response.json, true, false, 0, resp_2, big-1",
        "embeddings.json, true, false, 0, '', embed-1",
        "error.json, true, true, 0, '', ''",
    })
    void tellsHowItEnds_andWhoItIs(
            String name, boolean terminal, boolean error, long events, String id, String model) {
        read(name);

        assertThat(meter.isTerminalSeen()).isEqualTo(terminal);
        assertThat(meter.isErrorSeen()).isEqualTo(error);
        assertThat(meter.events()).isEqualTo(events);
        assertThat(meter.hasResponseId() ? meter.responseId() : "").isEqualTo(id);
        assertThat(meter.hasModel() ? meter.model() : "").isEqualTo(model);
        assertThat(meter.bytes()).isEqualTo(Answers.bytes(name).length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chat-last-chunk.sse",
                "chat-usage-event.sse",
                "chat-usage-event-crlf.sse",
                "chat-usage-event-cr.sse",
                "chat-usage-event-first.sse",
                "chat-garbled.sse",
                "chat-usage-event-lines.sse",
                "chat-error-named.sse",
                "chat-cut.sse",
                "completion.sse",
                "responses.sse",
                "responses-failed.sse",
                "chat.json",
                "strange-counts.json",
                "error.json"
            })
    void readsTheSame_howeverCut(String name) {
        byte[] bytes = Answers.bytes(name);
        Kind kind = Answers.kind(name);
        ByteBuf body = Cuts.bedded(bytes);
        try {
            Reading whole = Reading.of(meter, kind, body, Cuts.none());
            int[] cut = new int[2];
            for (cut[0] = 0; cut[0] < bytes.length; cut[0]++) {
                for (cut[1] = cut[0]; cut[1] < bytes.length; cut[1]++) {
                    Reading reading = Reading.of(meter, kind, body, cut);
                    if (!reading.equals(whole)) {
                        assertThat(reading).as("%s at %s", name, cut).isEqualTo(whole);
                    }
                }
            }
            assertThat(Reading.of(meter, kind, body, Cuts.everywhere(bytes.length)))
                    .isEqualTo(whole);
        } finally {
            body.release();
        }
    }

    @Test
    void neverThrows_onDamagedAnswers() {
        Random random = new Random(3);
        byte[] source = Answers.bytes("chat-usage-event.sse");
        for (int round = 0; round < 3_000; round++) {
            byte[] bytes = source.clone();
            for (int i = 0; i < 4; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            for (Kind kind : Kind.values()) {
                Reading whole = Reading.of(meter, kind, bytes, Cuts.none());

                assertThat(Reading.of(meter, kind, bytes, Cuts.random(random, bytes.length, 9)))
                        .as("seed 3, round %s, %s", round, kind)
                        .isEqualTo(whole);
            }
        }
    }

    @Test
    void readsNothing_ofOpaqueAnswers() {
        Reading reading = Reading.of(meter, Kind.OPAQUE, Answers.bytes("chat.json"), Cuts.none());

        assertThat(reading.origin()).isEqualTo(Usage.Origin.NONE);
        assertThat(reading.terminal()).isFalse();
        assertThat(reading.boundary()).isFalse();
        assertThat(Kind.OPAQUE.isEvents()).isFalse();
    }

    @Test
    void isAtBoundary_onlyBetweenEvents() {
        meter.start(Kind.CHAT_STREAM);
        assertThat(meter.atEventBoundary()).isTrue();

        feed("data: {}\n\n");
        assertThat(meter.atEventBoundary()).isTrue();

        feed("data: {");
        assertThat(meter.atEventBoundary()).isFalse();

        feed("}\n");
        assertThat(meter.atEventBoundary()).isFalse();

        feed("\n");
        assertThat(meter.atEventBoundary()).isTrue();
    }

    @Test
    void isNeverAtBoundary_insidePlainAnswers() {
        meter.start(Kind.JSON_BODY);
        assertThat(meter.atEventBoundary()).isFalse();
    }

    @Test
    void knowsUsage_beforeTheEnd() {
        meter.start(Kind.CHAT_STREAM);
        feed("data: {\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\ndata: {");

        assertThat(meter.usage().outputTokens()).isEqualTo(2);

        meter.start(Kind.JSON_BODY);
        feed("{\"id\":\"x\",\"usage\":{\"prompt_tokens\":3}} trailing");

        assertThat(meter.usage().inputTokens()).isEqualTo(3);
        assertThat(meter.isTerminalSeen()).isTrue();
    }

    @Test
    void takesWhatIsWhole_fromAPlainAnswerThatIsCut() {
        meter.start(Kind.JSON_BODY);
        feed("{\"id\":\"x\",\"usage\":{\"prompt_tokens\":3},\"model\":\"gp");
        assertThat(meter.usage().origin()).isEqualTo(Usage.Origin.NONE);

        meter.finish();
        meter.finish();

        assertThat(meter.usage().inputTokens()).isEqualTo(3);
        assertThat(meter.isTerminalSeen()).isFalse();
        assertThat(meter.hasModel()).isFalse();
        assertThat(meter.responseId()).isEqualTo("x");
    }

    @Test
    void forgetsEverything_whenStarted() {
        read("chat-error.sse");
        read("chat-usage-event.sse");
        meter.start(Kind.CHAT_STREAM);
        meter.finish();

        assertThat(Reading.of(meter))
                .isEqualTo(
                        new Reading(
                                Usage.Origin.NONE,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                false,
                                false,
                                true,
                                0,
                                "",
                                ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[DONE", "[DONE]x", "x[DONE]", "[DONE][DONE]", "[done]", "\"[DONE]\""})
    void isNotFooled_byOtherMarkers(String data) {
        meter.start(Kind.CHAT_STREAM);
        feed("data: " + data + "\n\n");

        assertThat(meter.isTerminalSeen()).isFalse();
        assertThat(meter.events()).isEqualTo(1);
    }

    private void read(String name) {
        byte[] bytes = Answers.bytes(name);
        meter.start(Answers.kind(name));
        Cuts.feed(bytes, Cuts.everywhere(bytes.length), meter::scan);
        meter.finish();
    }

    private void feed(String text) {
        Cuts.feed(text.getBytes(StandardCharsets.UTF_8), Cuts.none(), meter::scan);
    }
}
