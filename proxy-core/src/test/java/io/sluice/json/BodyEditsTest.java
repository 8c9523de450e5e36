package io.sluice.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.testing.Cuts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BodyEditsTest {

    private final BodyEdits edits = new BodyEdits();

    @Test
    void leavesBodyAsItIs_withoutEdits() {
        assertThat(edits.isEmpty()).isTrue();
        assertThat(edited("{}")).isEqualTo("{}");
    }

    @Test
    void splices_inAnyOrder() {
        edits.insert(1, bytes("\"b\":2,"));
        edits.replace(5, 6, bytes("10"));
        edits.insert(7, bytes("\n"));
        edits.insert(0, bytes(" "));

        assertThat(edits.isEmpty()).isFalse();
        assertThat(edited("{\"a\":1}")).isEqualTo(" {\"b\":2,\"a\":10}\n");
    }

    @Test
    void keepsOrderOfInsertions_atOnePlace() {
        edits.insert(2, bytes("1"));
        edits.replace(2, 3, bytes("_"));
        edits.insert(2, bytes("2"));
        edits.insert(3, bytes("3"));

        assertThat(edited("abcd")).isEqualTo("ab12_3d");
    }

    @Test
    void removes() {
        edits.replace(1, 3, bytes(""));

        assertThat(edited("abcd")).isEqualTo("ad");
    }

    @Test
    void refusesOverlaps() {
        edits.replace(2, 5, bytes("x"));

        assertThatThrownBy(() -> edits.replace(4, 6, bytes("")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> edits.replace(1, 3, bytes("")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> edits.replace(2, 3, bytes("")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> edits.insert(3, bytes("")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> edits.replace(3, 2, bytes("")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(edited("abcdefg")).isEqualTo("abxfg");
    }

    @Test
    void forgets_whenCleared() {
        edits.insert(0, bytes("x"));
        edits.clear();

        assertThat(edited("a")).isEqualTo("a");
    }

    @Test
    void agreesWithStrings_atRandom() {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            StringBuilder expected = new StringBuilder("0123456789");
            edits.clear();
            for (int at = 9; at >= 0; at -= 1 + random.nextInt(3)) {
                int end = Math.min(10, at + random.nextInt(2));
                String with = "x".repeat(random.nextInt(3));
                edits.replace(at, end, bytes(with));
                expected.replace(at, end, with);
            }

            assertThat(edited("0123456789")).isEqualTo(expected.toString());
        }
    }

    /** The changed body, copied and in parts. */
    private String edited(String text) {
        ByteBuf body = Cuts.bedded(bytes(text));
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
        List<ByteBuf> parts = new ArrayList<>();
        try {
            edits.writeTo(out, body);
            edits.forEachPart(body, parts::add);
            StringBuilder joined = new StringBuilder();
            parts.forEach(part -> joined.append(part.toString(StandardCharsets.UTF_8)));
            String copied = out.toString(StandardCharsets.UTF_8);
            assertThat(joined).hasToString(copied);
            assertThat(edits.lengthAfter(text.length())).isEqualTo(copied.length());
            return copied;
        } finally {
            parts.forEach(ByteBuf::release);
            out.release();
            body.release();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
