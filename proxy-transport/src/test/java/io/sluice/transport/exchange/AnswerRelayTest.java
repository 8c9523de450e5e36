package io.sluice.transport.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.json.TextSample;
import io.sluice.usage.AnswerMeter;
import io.sluice.usage.UsageEventFilter;
import org.junit.jupiter.api.Test;

class AnswerRelayTest {

    private final RecordingSink sink = new RecordingSink();
    private final AnswerRelay relay =
            new AnswerRelay(
                    sink, new LoopResources.Metering(new AnswerMeter(), new UsageEventFilter()));

    @Test
    void passesNeighbouringChunksOn_asOneSlice() {
        relay.start(AnswerMeter.Kind.OPAQUE, false, new TextSample(0));
        ByteBuf in = bytes("1\r\na\r\n2\r\nbc\r\n");
        relay.payload(in, 3, 1, 0, 6);
        relay.payload(in, 9, 2, 6, 13);
        relay.endRead();
        in.release();
        relay.finish();

        assertThat(sink.told()).isEqualTo("frames");
        assertThat(sink.text()).isEqualTo("1\r\na\r\n2\r\nbc\r\n");
        assertThat(sink.payloadBytes()).isEqualTo(3);
    }

    @Test
    void framesAChunkAnew_thatWasCut() {
        relay.start(AnswerMeter.Kind.OPAQUE, false, new TextSample(0));
        ByteBuf in = bytes("1\r\na\r\n9\r\nbcd");
        relay.payload(in, 3, 1, 0, 6);
        relay.payload(in, 9, 3, -1, -1);
        relay.endRead();
        in.release();

        assertThat(sink.told()).isEqualTo("frames payload");
        assertThat(sink.text()).isEqualTo("1\r\na\r\nbcd");
        assertThat(sink.payloadBytes()).isEqualTo(4);
    }

    @Test
    void keepsApart_whatIsNotNeighbouring() {
        relay.start(AnswerMeter.Kind.OPAQUE, false, new TextSample(0));
        ByteBuf in = bytes("1\r\na\r\n1;x\r\nb\r\n1\r\nc\r\n");
        relay.payload(in, 3, 1, 0, 6);
        relay.payload(in, 11, 1, -1, -1);
        relay.payload(in, 17, 1, 14, 20);
        relay.endRead();
        in.release();

        assertThat(sink.told()).isEqualTo("frames payload frames");
        assertThat(sink.text()).isEqualTo("1\r\na\r\nb1\r\nc\r\n");
    }

    @Test
    void passesPayloadOn_whereTheClientTakesNoChunks() {
        sink.refuseFrames();
        relay.start(AnswerMeter.Kind.OPAQUE, false, new TextSample(0));
        ByteBuf in = bytes("1\r\na\r\n");
        relay.payload(in, 3, 1, 0, 6);
        relay.endRead();
        in.release();

        assertThat(sink.told()).isEqualTo("payload");
        assertThat(sink.text()).isEqualTo("a");
    }

    @Test
    void hidesTheUsageEvent_howeverItIsCut() {
        String usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n";
        String stream = "data: {\"a\":1}\n\n" + usage + "data: [DONE]\n\n";
        for (int cut = 1; cut < stream.length(); cut++) {
            RecordingSink client = new RecordingSink();
            AnswerRelay one =
                    new AnswerRelay(
                            client,
                            new LoopResources.Metering(new AnswerMeter(), new UsageEventFilter()));
            one.start(AnswerMeter.Kind.CHAT_STREAM, true, new TextSample(0));
            feed(one, stream.substring(0, cut));
            feed(one, stream.substring(cut));
            one.finish();
            one.release();

            assertThat(client.text())
                    .as("cut at %d", cut)
                    .isEqualTo("data: {\"a\":1}\n\ndata: [DONE]\n\n");
            assertThat(one.meter().usage().inputTokens()).isEqualTo(1);
        }
    }

    @Test
    void letsGoOfWhatItHeldBack() {
        relay.start(AnswerMeter.Kind.CHAT_STREAM, true, new TextSample(0));
        feed(relay, "data: {\"choices\":[],");
        relay.release();

        assertThat(sink.text()).doesNotContain("choices");
    }

    @Test
    void knowsWhereAnEventEnds() {
        relay.start(AnswerMeter.Kind.CHAT_STREAM, false, new TextSample(0));
        feed(relay, "data: {}\n\n");
        assertThat(relay.isAtEventBoundary()).isTrue();
        feed(relay, "data: {");
        assertThat(relay.isAtEventBoundary()).isFalse();
    }

    private static void feed(AnswerRelay relay, String text) {
        ByteBuf in = bytes(text);
        relay.payload(in, in.readerIndex(), in.readableBytes(), -1, -1);
        relay.endRead();
        in.release();
    }

    private static ByteBuf bytes(String text) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer();
        bytes.writeCharSequence(text, UTF_8);
        return bytes;
    }
}
