package io.sluice.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.testing.Cuts;
import io.sluice.usage.AnswerMeter.Kind;
import io.sluice.usage.UsageEventFilter.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageEventFilterTest {

    private static final String CHUNK = "data: {\"choices\":[{\"delta\":{}}],\"usage\":null}\n\n";
    private static final String USAGE_EVENT =
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n";
    private static final long SEED = 5;

    private final AnswerMeter meter = new AnswerMeter();
    private final UsageEventFilter filter = new UsageEventFilter();
    private final ByteBuf out = ByteBufAllocator.DEFAULT.buffer();

    @BeforeEach
    void start() {
        start(Kind.CHAT_STREAM);
    }

    @AfterEach
    void release() {
        filter.release();
        out.release();
    }

    @ParameterizedTest
    @CsvSource({
        "chat-absent.sse, 0",
        "chat-null.sse, 0",
        "chat-zero.sse, 1",
        "chat-last-chunk.sse, 0",
        "chat-every-chunk.sse, 0",
        "chat-usage-event.sse, 1",
        "chat-usage-event-crlf.sse, 1",
        "chat-usage-event-cr.sse, 1",
        "chat-usage-event-first.sse, 1",
        "chat-usage-event-last.sse, 1",
        "chat-usage-event-lines.sse, 1",
        "chat-two-usage-events.sse, 3",
        "chat-azure.sse, 1",
        "chat-garbled.sse, 1",
        "chat-error.sse, 0",
        "chat-groq.sse, 0",
        "chat-cut.sse, 0",
        "completion.sse, 1",
    })
    void hidesTheUsageEventOnly_howeverCut(String name, int hidden) {
        byte[] bytes = Answers.bytes(name);
        NaiveFilter naive = new NaiveFilter();
        String expected = naive.filter(new String(bytes, StandardCharsets.ISO_8859_1));
        assertThat(naive.hidden()).isEqualTo(hidden);
        ByteBuf body = Cuts.bedded(bytes);
        try {
            int[] cut = new int[2];
            for (cut[0] = 0; cut[0] < bytes.length; cut[0]++) {
                for (cut[1] = cut[0]; cut[1] < bytes.length; cut[1]++) {
                    same(name, body, Answers.kind(name), cut, expected);
                }
            }
            same(name, body, Answers.kind(name), Cuts.everywhere(bytes.length), expected);
        } finally {
            body.release();
        }
    }

    @Test
    void hidesTheUsageEventOnly_inRecordedStreams() {
        Random random = new Random(SEED);
        int hidden = 0;
        for (RecordedCase recorded : RecordedCase.all()) {
            if (recorded.isStream() && !recorded.api().equals("openai.responses")) {
                hidden += checkRecorded(recorded, random);
            }
        }

        assertThat(hidden).isGreaterThan(50);
    }

    @Test
    void passesWholeEvents_asTheyAre() {
        assertThat(scan(CHUNK)).isEqualTo(Verdict.PASS);
        assertThat(scan(CHUNK + ": note\n\n")).isEqualTo(Verdict.PASS);
        assertThat(scan("")).isEqualTo(Verdict.PASS);
        assertThat(meter.events()).isEqualTo(2);
    }

    @Test
    void passesCutEvents_onceAChoiceWasSeen() {
        assertThat(scan("data: {\"choices\":[{")).isEqualTo(Verdict.PASS);
        assertThat(scan("\"delta\":{}")).isEqualTo(Verdict.PASS);
        assertThat(scan("}],\"usage\":null}\n\n")).isEqualTo(Verdict.PASS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"choices\":[1",
                "{\"choices\":null",
                "{\"choices\":[],\"usage\":n",
                "[DO",
                "x",
                "{\"usage\":1",
                "[]"
            })
    void passesCutEvents_thatCannotBeTheUsageEvent(String data) {
        assertThat(scan("data: " + data)).isEqualTo(Verdict.PASS);
    }

    @Test
    void holdsOnlyTheCutEvent_untilItIsDecided() {
        assertThat(scan(CHUNK + "data: {\"id\":\"x\",")).isEqualTo(Verdict.TAKEN);
        assertThat(drained()).isEqualTo(CHUNK);

        assertThat(scan("\"choi")).isEqualTo(Verdict.TAKEN);
        assertThat(drained()).isEmpty();

        assertThat(scan("ces\":[{")).isEqualTo(Verdict.TAKEN);
        assertThat(drained()).isEqualTo("data: {\"id\":\"x\",\"choices\":[{");

        assertThat(scan("}]}\n\n")).isEqualTo(Verdict.PASS);
    }

    @Test
    void holdsNoComment() {
        assertThat(scan(": hello")).isEqualTo(Verdict.PASS);
        assertThat(scan("\n")).isEqualTo(Verdict.PASS);
        assertThat(scan("\n:")).isEqualTo(Verdict.PASS);
    }

    @Test
    void keepsOrder_untilDrained() {
        assertThat(scan(USAGE_EVENT + CHUNK)).isEqualTo(Verdict.TAKEN);
        assertThat(scan(CHUNK)).isEqualTo(Verdict.TAKEN);
        assertThat(scan("")).isEqualTo(Verdict.TAKEN);

        assertThat(drained()).isEqualTo(CHUNK + CHUNK);
    }

    @Test
    void leavesUsageEvent_beyondTheBound_howeverCut() {
        int room = UsageEventFilter.MAX_HELD_BYTES - USAGE_EVENT.length();
        for (int more : new int[] {0, 1}) {
            String event = USAGE_EVENT.replace("}}", "}}" + " ".repeat(room + more));
            String expected = more == 0 ? "" : event;
            ByteBuf body = Cuts.bedded(event.getBytes(StandardCharsets.US_ASCII));
            for (int at : new int[] {0, 10, event.length() / 2, event.length() - 1}) {
                same("a long event", body, Kind.CHAT_STREAM, new int[] {at}, expected);
            }
            body.release();
        }
    }

    @Test
    void letsGoOfWhatIsHeld_beyondTheBound() {
        scan("data: {\"id\":\"");
        scan("x".repeat(UsageEventFilter.MAX_HELD_BYTES - 13));
        assertThat(drained()).isEmpty();

        scan("x");
        assertThat(drained()).hasSize(UsageEventFilter.MAX_HELD_BYTES + 1);
        assertThat(scan("x")).isEqualTo(Verdict.PASS);
    }

    @Test
    void givesWhatIsHeld_atTheEnd() {
        scan("data: {\"id\":");
        filter.finish(this::take);
        filter.finish(this::take);

        assertThat(drained()).isEqualTo("data: {\"id\":");
    }

    @Test
    void releasesWhatIsHeldAndReady_onAbort() {
        scan(USAGE_EVENT + CHUNK + "data: {");
        filter.release();
        filter.release();

        assertThat(drained()).isEmpty();
    }

    @Test
    void filtersNothing_ofOtherKinds() {
        for (Kind kind : new Kind[] {Kind.RESPONSES_STREAM, Kind.JSON_BODY, Kind.OPAQUE}) {
            start(kind);
            assertThat(scan(USAGE_EVENT + "data: {")).isEqualTo(Verdict.PASS);
        }
    }

    @Test
    void isOfNoUse_beforeItIsStarted() {
        UsageEventFilter fresh = new UsageEventFilter();

        assertThatThrownBy(() -> fresh.finish(this::take))
                .isInstanceOf(IllegalStateException.class);
    }

    private int checkRecorded(RecordedCase recorded, Random random) {
        byte[] bytes = recorded.bytes();
        NaiveFilter naive = new NaiveFilter();
        String expected = naive.filter(new String(bytes, StandardCharsets.ISO_8859_1));
        ByteBuf body = Cuts.bedded(bytes);
        try {
            String id = recorded.id();
            same(id, body, recorded.kind(), Cuts.none(), expected);
            same(id, body, recorded.kind(), Cuts.everywhere(bytes.length), expected);
            for (int i = 0; i < 10; i++) {
                int[] cut = Cuts.random(random, bytes.length, 50);
                same(id, body, recorded.kind(), cut, expected);
            }
            boolean every = bytes.length <= 3072;
            for (int i = 0; i < (every ? bytes.length : 40); i++) {
                int[] cut = {every ? i : random.nextInt(bytes.length)};
                same(id, body, recorded.kind(), cut, expected);
            }
        } finally {
            body.release();
        }
        return naive.hidden();
    }

    private void same(String name, ByteBuf body, Kind kind, int[] cut, String expected) {
        start(kind);
        Cuts.feed(body, cut, this::pass);
        filter.finish(this::take);
        String left = drained();
        if (!left.equals(expected)) {
            assertThat(left).as("%s cut at %s, seed %s", name, cut, SEED).isEqualTo(expected);
        }
    }

    private void start(Kind kind) {
        meter.start(kind);
        filter.start(meter);
    }

    private Verdict scan(String text) {
        ByteBuf buf = Cuts.bedded(text.getBytes(StandardCharsets.ISO_8859_1));
        try {
            return filter.scan(buf, buf.readerIndex(), buf.readableBytes());
        } finally {
            buf.release();
        }
    }

    /** Does with a piece what a relay does. */
    private void pass(ByteBuf buf, int index, int length) {
        switch (filter.scan(buf, index, length)) {
            case PASS -> out.writeBytes(buf, index, length);
            case TAKEN -> filter.drain(this::take);
        }
    }

    private void take(ByteBuf payload) {
        out.writeBytes(payload);
        payload.release();
    }

    /** What came out since this was asked last. */
    private String drained() {
        filter.drain(this::take);
        String text = out.toString(StandardCharsets.ISO_8859_1);
        out.clear();
        return text;
    }
}
