package io.sluice.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCursorTest {

    private static final JsonNames NAMES = JsonNames.of("a", "bé", "c");

    @Test
    void walksThroughADocument() {
        JsonCursor json =
                on(" {\"a\" : [1, -2.5e1, true, null], \"b\\u00e9\":{\"x\":{}}, \"z\":\"q\"} ");
        List<Object> found = new ArrayList<>();

        json.beginObject();
        while (json.nextField()) {
            switch (json.name(NAMES)) {
                case "a" -> {
                    json.beginArray();
                    while (json.nextElement()) {
                        found.add(
                                switch (json.type()) {
                                    case NUMBER -> json.integer();
                                    case BOOLEAN -> json.bool();
                                    default -> json.skipNull();
                                });
                    }
                }
                case "bé" -> found.add(json.value().string());
                default -> found.add(json.name() + "=" + json.string());
            }
        }

        assertThat(json.isDone()).isTrue();
        assertThat(found).containsExactly(1L, -25L, true, true, "{\"x\":{}}", "z=q");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,]",
                "{\"a\"}",
                "{\"a\":1,}",
                "{a:1}",
                "[1 2]",
                "tru",
                "01x",
                "-",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\u0001\"",
                "\"open",
                "[}",
                "{\"a\":]"
            })
    void refusesWhatIsNoJson(String text) {
        JsonCursor json = on(text);

        assertThatThrownBy(
                        () -> {
                            json.skip();
                            if (!json.isDone()) {
                                throw new MalformedJsonException(0, "more behind it");
                            }
                        })
                .isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void refusesBytesThatAreNoText_andDepthWithoutEnd() {
        byte[] broken = {'"', (byte) 0xC3, '"'};

        assertThatThrownBy(() -> new JsonCursor().on(broken, 0, 3).skip())
                .isInstanceOf(MalformedJsonException.class);
        assertThatThrownBy(() -> on("[".repeat(600)).skip())
                .isInstanceOf(MalformedJsonException.class);
        on("[".repeat(200) + "]".repeat(200)).skip();
    }

    @Test
    void stepsOverWhatIsNotAskedFor() {
        assertThat(on("1").tryObject()).isFalse();
        assertThat(on("{}").tryArray()).isFalse();
        assertThat(on("\"5\"").integer()).isZero();
        assertThat(on("7").choice(NAMES)).isEmpty();
        assertThat(on("\"c\"").choice(NAMES)).isEqualTo("c");
        assertThatThrownBy(() -> on("1").string()).isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void showsTheSameText_inEveryForm() {
        JsonText inside = on("\"a\\\"\\u00e9\\ud83d\\ude00\\n\\ud83d\"").string();

        assertThat(written(inside, true)).isEqualTo("\"a\\\"\\u00e9\\ud83d\\ude00\\n\\ud83d\"");
        assertThat(written(inside, false)).isEqualTo("a\"é😀\n?");
        assertThat(inside.copy()).isEqualTo(inside).hasSameHashCodeAs(inside);
        JsonText value = JsonText.json("{\"k\":\"\\t\"}");
        assertThat(written(value, true)).isEqualTo("\"{\\\"k\\\":\\\"\\\\t\\\"}\"");
        assertThat(value).isNotEqualTo(JsonText.of("{\"k\":\"\\t\"}"));
        assertThat(JsonText.json("\"u\"").unquoted().string()).isEqualTo("u");
        assertThat(JsonText.json("5").unquoted().string()).isEqualTo("5");
        byte[] control = {1, 'x', '\n'};
        assertThat(written(new JsonText().set(control, 0, 3, JsonText.Form.PLAIN), true))
                .isEqualTo("\"\\u0001x\\n\"");
    }

    @Test
    void writesNumbersInFull() {
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
        try {
            JsonWriter json = new JsonWriter(out).beginArray();
            for (long number : new long[] {0, -7, 10, Long.MAX_VALUE, Long.MIN_VALUE}) {
                json.number(number);
            }
            json.bool(false).nul().endArray();

            assertThat(out.toString(StandardCharsets.UTF_8))
                    .isEqualTo("[0,-7,10,9223372036854775807,-9223372036854775808,false,null]");
        } finally {
            out.release();
        }
    }

    private static String written(JsonText text, boolean quoted) {
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
        try {
            if (quoted) {
                text.writeQuoted(out);
            } else {
                text.writeDecoded(out);
            }
            return out.toString(StandardCharsets.UTF_8);
        } finally {
            out.release();
        }
    }

    private static JsonCursor on(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new JsonCursor().on(bytes, 0, bytes.length);
    }
}
