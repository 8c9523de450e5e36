package io.sluice.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.sluice.testing.Cuts;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonValuesTest {

    private @Nullable ByteBuf body;

    @AfterEach
    void release() {
        if (body != null) {
            body.release();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'\"\"', ''",
        "'\"gpt-4o\"', gpt-4o",
        "'\"\\u0067\\\"\\\\\\/\"', 'g\"\\/'",
        "'\"\\b\\f\\n\\r\\t\"', '\b\f\n\r\t'",
        "'\"\u00fc\u6625\ud83d\ude00\"', \u00fc\u6625\ud83d\ude00",
        "'\"\\ud83d\\ude00\"', \ud83d\ude00",
    })
    void readsStrings(String json, String expected) {
        assertThat(JsonValues.string(body(json), 0, end())).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\\ud83d\"",
                "\"\\ude00\\ud83d\"",
                "\"\\ud83dx\"",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\uzzzz\"",
                "\"",
                "x\"\"",
                "\"\"x",
                "",
                "\"\\\""
            })
    void refusesOtherStrings(String json) {
        refuses(() -> JsonValues.string(body(json), 0, end()));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-5, -5",
        "4096, 4096",
        "12.0, 12",
        "1e2, 100",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808"
    })
    void readsIntegers(String json, long expected) {
        assertThat(JsonValues.integer(body(json), 0, end())).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.5",
                "9223372036854775808",
                "1e400",
                "1e999999999",
                "1e-999999999",
                "true",
                "",
                "\"1\"",
                "100000000000000000000000000000000000000000000000000000000000000000000000000"
            })
    void refusesOtherIntegers(String json) {
        refuses(() -> JsonValues.integer(body(json), 0, end()));
    }

    @Test
    void readsBooleans() {
        assertThat(JsonValues.bool(body("[true,false]"), 1, 5)).isTrue();
        assertThat(JsonValues.bool(readable(), 6, 11)).isFalse();
        refuses(() -> JsonValues.bool(readable(), 0, 5));
        refuses(() -> JsonValues.bool(readable(), 0, 12));
    }

    @Test
    void roundTripsStrings() {
        String value = "a\"\\\b\f\n\r\t\u0001\u001f\u007f\u00fc\u6625\ud83d\ude00/";

        ByteBuf written = body("");
        JsonStrings.writeQuoted(value, written);

        assertThat(written.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\u007f\u00fc\u6625\ud83d\ude00/\"")
                .isEqualTo(new String(JsonStrings.quoted(value), StandardCharsets.UTF_8));
        assertThat(JsonValues.string(written, 0, written.readableBytes())).isEqualTo(value);
    }

    @Test
    void keepsLoneSurrogates_asEscapes() {
        assertThat(new String(JsonStrings.quoted("a\ud83db\ude00"), StandardCharsets.US_ASCII))
                .isEqualTo("\"a\\ud83db\\ude00\"");
    }

    private void refuses(ThrowingCallable reading) {
        assertThatThrownBy(reading)
                .isInstanceOf(MalformedJsonException.class)
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    }

    private ByteBuf body(String json) {
        release();
        ByteBuf made = Cuts.bedded(json.getBytes(StandardCharsets.UTF_8));
        body = made;
        return made;
    }

    private ByteBuf readable() {
        return Objects.requireNonNull(body);
    }

    private long end() {
        return readable().readableBytes();
    }
}
