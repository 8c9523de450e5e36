package io.sluice.framing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.testing.Cuts;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamDecoderTest {

    private static final String START = "{\"role\":\"assistant\"}";
    private static final String DELTA = "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"Grüße\"}}";

    @Test
    void showsMembersOfAUnion_underTheirNames() {
        byte[] stream =
                joined(
                        EventStreamFrames.event("messageStart", START),
                        EventStreamFrames.event("contentBlockDelta", DELTA));

        assertThat(decoded(FrameForm.UNION, stream, Cuts.none()))
                .isEqualTo(
                        "data: {\"messageStart\":"
                                + START
                                + "}\n\ndata: {\"contentBlockDelta\":"
                                + DELTA
                                + "}\n\n");
    }

    @Test
    void showsWrappedEvents_asTheyWere() {
        assertThat(
                        decoded(
                                FrameForm.CHUNKS,
                                EventStreamFrames.event(
                                        "chunk",
                                        "{\"bytes\":\""
                                                + base64("{\"type\":\"ping\",\n\"a\":\"ü\"}")
                                                + "\",\"p\":\"abc\"}"),
                                Cuts.none()))
                .isEqualTo("event: ping\ndata: {\"type\":\"ping\", \"a\":\"ü\"}\n\n");
    }

    @Test
    void showsPartsOfABody_asTheyAre() {
        byte[] stream =
                joined(
                        EventStreamFrames.event("PayloadPart", "data: {\"a\""),
                        EventStreamFrames.event("PayloadPart", ":1}\n\n"));

        assertThat(decoded(FrameForm.PARTS, stream, Cuts.none())).isEqualTo("data: {\"a\":1}\n\n");
    }

    @ParameterizedTest
    @EnumSource
    void saysTheSame_howeverTheBytesAreCut(FrameForm form) {
        byte[] stream = sample(form);
        String whole = decoded(form, stream, Cuts.none());

        assertThat(whole).isNotEmpty();
        for (int first = 1; first < stream.length; first++) {
            assertThat(decoded(form, stream, new int[] {first})).isEqualTo(whole);
            for (int second = first + 1; second < stream.length; second++) {
                assertThat(decoded(form, stream, new int[] {first, second})).isEqualTo(whole);
            }
        }
        assertThat(decoded(form, stream, Cuts.everywhere(stream.length))).isEqualTo(whole);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"throttlingException", "validationException", "internalServerException"})
    void showsAnException_asTheLastEvent(String type) {
        byte[] stream =
                joined(
                        EventStreamFrames.exception(type, "{\"message\":\"not \\\"now\\\"\"}"),
                        EventStreamFrames.event("messageStart", START));

        assertThat(decoded(FrameForm.UNION, stream, Cuts.none()))
                .isEqualTo("data: {\"" + type + "\":{\"message\":\"not \\\"now\\\"\"}}\n\n");
    }

    @Test
    void showsAnException_inAnthropicsWords() {
        assertThat(
                        decoded(
                                FrameForm.CHUNKS,
                                EventStreamFrames.exception(
                                        "throttlingException", "{\"message\":\"slow down\"}"),
                                Cuts.none()))
                .isEqualTo(
                        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
                                + "\"rate_limit_error\",\"message\":\"slow down\"}}\n\n");
    }

    @Test
    void showsAnErrorOfTheFraming() {
        byte[] stream =
                EventStreamFrames.frame(
                        "",
                        ":message-type",
                        "error",
                        ":error-code",
                        "InternalError",
                        ":error-message",
                        "oops");

        assertThat(decoded(FrameForm.PARTS, stream, Cuts.none()))
                .isEqualTo(
                        "data: {\"error\":{\"message\":\"oops\",\"type\":\"InternalError\"}}\n\n");
    }

    @Test
    void breaksOff_whereverOneByteIsWrong() {
        byte[] first = EventStreamFrames.event("messageStart", START);
        byte[] stream = joined(first, EventStreamFrames.event("contentBlockDelta", DELTA));
        for (int at = first.length; at < stream.length; at++) {
            byte[] damaged = stream.clone();
            damaged[at] ^= 1;

            String events = decoded(FrameForm.UNION, damaged, Cuts.none());

            assertThat(events).as("byte %s", at).startsWith("data: {\"messageStart\":");
            assertThat(events.substring(events.indexOf("\n\n") + 2))
                    .as("byte %s", at)
                    .startsWith(
                            "data: {\"modelStreamErrorException\":{\"message\":\"the provider's")
                    .doesNotContain("Gr");
        }
    }

    @Test
    void breaksOff_whereverTheStreamIsCutShort() {
        byte[] stream = EventStreamFrames.event("messageStart", START);
        for (int end = 1; end < stream.length; end++) {
            byte[] cut = java.util.Arrays.copyOf(stream, end);

            assertThat(decoded(FrameForm.UNION, cut, Cuts.none()))
                    .contains("it ended in the middle of a frame");
        }
    }

    @Test
    void refusesAFrameThatIsTooLarge_beforeItComes() {
        ByteBuf prelude = Unpooled.buffer();
        prelude.writeInt(EventStreamDecoder.MAX_FRAME_BYTES + 1).writeInt(0);
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(prelude.array(), 0, 8);
        prelude.writeInt((int) crc.getValue());
        byte[] bytes = new byte[12];
        prelude.readBytes(bytes);

        assertThat(decoded(FrameForm.UNION, bytes, Cuts.none())).contains("a length");
    }

    @Test
    void stepsOverHeadersOfEveryType() {
        ByteBuf headers = Unpooled.buffer();
        int[] sizes = {0, 0, 1, 2, 4, 8, -1, -1, 8, 16};
        for (int type = 0; type < sizes.length; type++) {
            headers.writeByte(1).writeByte('a' + type).writeByte(type);
            if (sizes[type] < 0) {
                headers.writeShort(3).writeBytes(new byte[3]);
            } else {
                headers.writeBytes(new byte[sizes[type]]);
            }
        }
        headers.writeByte(11).writeBytes(":event-type".getBytes(UTF_8)).writeByte(7);
        headers.writeShort(2).writeBytes("ab".getBytes(UTF_8));
        byte[] bytes = new byte[headers.readableBytes()];
        headers.readBytes(bytes);

        assertThat(
                        decoded(
                                FrameForm.UNION,
                                EventStreamFrames.raw(bytes, "{}".getBytes(UTF_8)),
                                Cuts.none()))
                .isEqualTo("data: {\"ab\":{}}\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{\"bytes\":\"***\"}", "{\"bytes\":\"e30\"} x"})
    void breaksOff_whereAPayloadIsNotWhatItShouldBe(String payload) {
        byte[] stream = EventStreamFrames.event("chunk", payload);

        String chunks = decoded(FrameForm.CHUNKS, stream, Cuts.none());
        if (!payload.equals("{\"bytes\":\"e30\"} x")) {
            assertThat(chunks).contains("\"type\":\"error\"");
        }
        if (!payload.equals("{\"bytes\":\"***\"}")) {
            assertThat(decoded(FrameForm.UNION, stream, Cuts.none())).contains("Exception");
        }
    }

    /** Any bytes at all: no throw, the same however cut, and nothing behind an error. */
    @FuzzTest
    void anything(FuzzedDataProvider data) {
        FrameForm form = data.pickValue(FrameForm.values());
        boolean isFramed = data.consumeBoolean();
        byte[] bytes = data.consumeRemainingAsBytes();
        byte[] stream = isFramed ? EventStreamFrames.raw(new byte[0], bytes) : bytes;

        String whole = decoded(form, stream, Cuts.none());

        assertThat(decoded(form, stream, Cuts.everywhere(stream.length))).isEqualTo(whole);
    }

    @Test
    void survivesRandomDamage() {
        Random random = new Random(20260101);
        byte[] stream = sample(FrameForm.UNION);
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = stream.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            for (FrameForm form : FrameForm.values()) {
                String whole = decoded(form, damaged, Cuts.none());
                int[] cuts = Cuts.random(random, damaged.length, 8);
                assertThat(decoded(form, damaged, cuts)).isEqualTo(whole);
            }
        }
    }

    private static byte[] sample(FrameForm form) {
        return switch (form) {
            case UNION, PARTS ->
                    joined(
                            EventStreamFrames.event("contentBlockDelta", DELTA),
                            EventStreamFrames.exception("a", "{\"message\":\"x\"}"));
            case CHUNKS ->
                    joined(
                            EventStreamFrames.event(
                                    "chunk", "{\"bytes\":\"" + base64("{\"type\":\"a\"}") + "\"}"),
                            EventStreamFrames.exception("a", "{\"message\":\"x\"}"));
        };
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static String decoded(FrameForm form, byte[] stream, int[] cuts) {
        ByteBuf out = Unpooled.buffer();
        EventStreamDecoder decoder = new EventStreamDecoder(form);
        Cuts.feed(stream, cuts, (buf, i, n) -> decoder.decode(buf, i, n, out));
        decoder.finish(out);
        return out.toString(UTF_8);
    }
}
