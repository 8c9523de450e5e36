package io.sluice.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.json.TextSample;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenEstimatorTest {

    private static final String STREAM =
            """
            data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}

            data: {"choices":[{"index":0,"delta":{"content":"The gate"}}]}

            data: {"choices":[{"index":0,"delta":{"content":" opens slowly."}}]}

            """;

    private final TokenEstimator estimator = new TokenEstimator();
    private final AnswerMeter meter = new AnswerMeter();

    @AfterEach
    void close() {
        estimator.close();
    }

    @Test
    void countsWhatTheModelSaid_inTheDeltasOfAStream() {
        TextSample text = said(AnswerMeter.Kind.CHAT_STREAM, STREAM, 4096);

        assertThat(text.text()).isEqualTo("The gate opens slowly.");
        assertThat(estimate("gpt-4o", request("{}"), text, 0).outputTokens())
                .isEqualTo(TokenCounter.count("gpt-4o", "The gate opens slowly."));
    }

    @Test
    void readsTheTextOfEachDialect() {
        assertThat(
                        said(
                                        AnswerMeter.Kind.JSON_BODY,
                                        """
                                        {"choices":[{"message":{"content":"one"}},
                                        {"message":{"content":null,"tool_calls":[{"function":
                                        {"name":" two","arguments":" three"}}]}}]}\
                                        """,
                                        64)
                                .text())
                .isEqualTo("one two three");
        assertThat(said(AnswerMeter.Kind.JSON_BODY, "{\"choices\":[{\"text\":\"x\"}]}", 64).text())
                .isEqualTo("x");
        assertThat(
                        said(
                                        AnswerMeter.Kind.RESPONSES_STREAM,
                                        """
                                        event: response.output_text.delta
                                        data: {"type":"response.output_text.delta","delta":"hé"}

                                        event: response.output_text.done
                                        data: {"type":"response.output_text.done","text":"hé"}

                                        """,
                                        64)
                                .text())
                .isEqualTo("hé");
        assertThat(
                        said(
                                        AnswerMeter.Kind.JSON_BODY,
                                        """
                                        {"output":[{"type":"message","content":[{"text":"a"},
                                        {"text":"b"}]},{"arguments":"{}"}]}\
                                        """,
                                        64)
                                .text())
                .isEqualTo("ab{}");
    }

    @Test
    void isNothing_whereNothingWasSaid() {
        Usage usage = estimate("gpt-4o", request("{}"), new TextSample(64), 0);

        assertThat(usage.outputTokens()).isZero();
        assertThat(usage.origin()).isEqualTo(Usage.Origin.ESTIMATED);
    }

    @Test
    void extrapolatesByBytes_beyondWhatIsKept() {
        String word = " water";
        String body = "{\"choices\":[{\"text\":\"" + word.repeat(1000) + "\"}]}";

        TextSample text = said(AnswerMeter.Kind.JSON_BODY, body, 600);

        assertThat(text.sampledBytes()).isEqualTo(600);
        assertThat(text.bytes()).isEqualTo(6000);
        assertThat(estimate("gpt-4o", request("{}"), text, 0).outputTokens()).isEqualTo(1000);
    }

    @Test
    void takesFourBytesForAToken_whereNoTextIsKept() {
        TextSample text = said(AnswerMeter.Kind.CHAT_STREAM, STREAM, 0);

        assertThat(estimate("gpt-4o", request("{}"), text, 40).outputTokens())
                .isEqualTo((text.bytes() + 3) / 4 + 10);
    }

    @Test
    void countsTheTextOfTheRequest_withoutWhatStructuresIt() {
        Usage usage =
                estimate(
                        "gpt-4o",
                        request(
                                """
                                {"model":"m","messages":[{"role":"user","content":"water"},
                                {"role":"user","content":[{"type":"text","text":" gate"}]}]}\
                                """),
                        new TextSample(0),
                        0);

        assertThat(usage.inputTokens()).isEqualTo(TokenCounter.count("gpt-4o", "water gate"));
    }

    @Test
    void extrapolatesTheRequest_beyondWhatIsKept() {
        String long20k = "{\"messages\":[{\"content\":\"" + " water".repeat(3400) + "\"}]}";

        long tokens = estimate("gpt-4o", request(long20k), new TextSample(0), 0).inputTokens();

        assertThat(tokens).isBetween(3350L, 3450L);
    }

    @Test
    void takesSpecialTokensForText() {
        assertThat(TokenCounter.count("gpt-4o", "<|endoftext|>")).isGreaterThan(1);
    }

    @Test
    void countsOlderModels_inTheirOwnEncoding() {
        String text = "данные 日本語 naïve";

        assertThat(TokenCounter.count("openai/gpt-4-turbo", text))
                .isGreaterThan(TokenCounter.count("openai/gpt-4o", text));
    }

    @Test
    void tellsOnTheCallersThread_whenItIsClosed() {
        estimator.close();
        AtomicReference<Thread> told = new AtomicReference<>();

        estimator.estimate(
                new TokenEstimator.Sample("gpt-4o", new RequestSample(0), new TextSample(0), 8),
                usage -> {
                    assertThat(usage.outputTokens()).isEqualTo(2);
                    told.set(Thread.currentThread());
                });

        assertThat(told.get()).isSameAs(Thread.currentThread());
    }

    private Usage estimate(String model, RequestSample request, TextSample text, long unread) {
        CompletableFuture<Usage> told = new CompletableFuture<>();
        estimator.estimate(new TokenEstimator.Sample(model, request, text, unread), told::complete);
        return told.join();
    }

    private TextSample said(AnswerMeter.Kind kind, String answer, int room) {
        TextSample text = new TextSample(room);
        ByteBuf bytes = bytes(answer);
        meter.start(kind, text);
        for (int i = 0; i < bytes.readableBytes(); i++) {
            meter.scan(bytes, i, 1);
        }
        meter.finish();
        bytes.release();
        return text;
    }

    private static RequestSample request(String body) {
        RequestSample sample = new RequestSample(4096);
        ByteBuf bytes = bytes(body);
        sample.keep(bytes);
        bytes.release();
        return sample;
    }

    private static ByteBuf bytes(String text) {
        return ByteBufAllocator.DEFAULT.buffer().writeBytes(text.getBytes(UTF_8));
    }
}
