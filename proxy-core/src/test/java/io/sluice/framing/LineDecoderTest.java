package io.sluice.framing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.testing.Cuts;
import org.junit.jupiter.api.Test;

class LineDecoderTest {

    @Test
    void makesAnEventOfEachLine() {
        assertThat(decoded("{\"a\":1}\n\n{\"b\":\"ü\"}\n{\"c\":3}", Cuts.none()))
                .isEqualTo("data: {\"a\":1}\n\ndata: {\"b\":\"ü\"}\n\ndata: {\"c\":3}\n\n");
    }

    @Test
    void takesBothLineEnds_howeverTheyAreCut() {
        String stream = "{\"a\":1}\r\n{\"b\":\"ü\"}\r\n";
        int length = stream.getBytes(UTF_8).length;
        for (int cut = 1; cut < length; cut++) {
            assertThat(decoded(stream, new int[] {cut}).replace("\r", ""))
                    .isEqualTo("data: {\"a\":1}\n\ndata: {\"b\":\"ü\"}\n\n");
        }
    }

    private static String decoded(String stream, int[] cuts) {
        ByteBuf out = Unpooled.buffer();
        LineDecoder decoder = new LineDecoder();
        Cuts.feed(stream.getBytes(UTF_8), cuts, (buf, i, n) -> decoder.decode(buf, i, n, out));
        decoder.finish(out);
        return out.toString(UTF_8);
    }
}
