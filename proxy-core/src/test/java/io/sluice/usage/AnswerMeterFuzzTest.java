package io.sluice.usage;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.testing.Cuts;
import java.nio.charset.StandardCharsets;

/** Any bytes at all: meter and filter never throw, and cuts make no difference. */
class AnswerMeterFuzzTest {

    private final AnswerMeter meter = new AnswerMeter();
    private final UsageEventFilter filter = new UsageEventFilter();

    @FuzzTest
    void readsTheSame_howeverCut(FuzzedDataProvider data) {
        AnswerMeter.Kind kind = data.pickValue(AnswerMeter.Kind.values());
        int first = data.consumeInt(0, 64);
        int second = data.consumeInt(0, 64);
        byte[] body = data.consumeRemainingAsBytes();
        int from = Math.min(first, body.length);
        int[] cut = {from, Math.min(from + second, body.length)};
        int[] everywhere = Cuts.everywhere(body.length);

        Reading whole = Reading.of(meter, kind, body, Cuts.none());
        String filtered = filtered(kind, body, Cuts.none());

        same(whole, Reading.of(meter, kind, body, everywhere));
        same(whole, Reading.of(meter, kind, body, cut));
        same(filtered, filtered(kind, body, everywhere));
        same(filtered, filtered(kind, body, cut));
    }

    private static void same(Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError(expected + " became " + actual);
        }
    }

    private String filtered(AnswerMeter.Kind kind, byte[] body, int[] cut) {
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
        try {
            meter.start(kind);
            filter.start(meter);
            Cuts.feed(body, cut, (buf, index, length) -> relay(buf, index, length, out));
            filter.finish(payload -> take(payload, out));
            return out.toString(StandardCharsets.ISO_8859_1);
        } finally {
            out.release();
        }
    }

    private void relay(ByteBuf buf, int index, int length, ByteBuf out) {
        switch (filter.scan(buf, index, length)) {
            case PASS -> out.writeBytes(buf, index, length);
            case TAKEN -> filter.drain(payload -> take(payload, out));
        }
    }

    private static void take(ByteBuf payload, ByteBuf out) {
        out.writeBytes(payload);
        payload.release();
    }
}
