package io.sluice.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Cuts;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathScannerTest {

    private final JsonPaths.Builder builder = JsonPaths.builder();
    private final int outer = builder.add("a");
    private final int inner = builder.add("a", "b", "c");
    private final int list = builder.add("list");
    private final int text = builder.addText(8, "text");
    private final PathScanner scanner = new PathScanner(builder.build());

    @Test
    void findsValues_alongPathsOnly() {
        assertThat(scan("{\"c\":1,\"b\":{\"c\":2},\"a\":{\"c\":3,\"b\":{\"b\":4,\"c\":5}}}"))
                .isTrue();

        assertThat(scanner.number(inner)).isEqualTo(5);
        assertThat(scanner.type(outer)).isEqualTo(JsonType.OBJECT);
        assertThat(scanner.isComplete(outer)).isTrue();
        assertThat(scanner.has(list)).isFalse();
    }

    @Test
    void looksIntoNoArray() {
        scan("{\"a\":[{\"b\":{\"c\":5}}]}");

        assertThat(scanner.has(inner)).isFalse();
        assertThat(scanner.type(outer)).isEqualTo(JsonType.ARRAY);
        assertThat(scanner.isFilled(outer)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "7, 7",
        "-12, -12",
        "1.9, 1",
        "12.0, 12",
        "1.5e3, 1500",
        "25E-1, 2",
        "1e-400, 0",
        "1e400, 9223372036854775807",
        "-1e400, -9223372036854775807",
        "0e99999999999, 0",
        "0.000001e6, 1",
        "9223372036854775807, 9223372036854775800",
        "123456789012345678.9, 123456789012345678",
        "1234567890123456789012, 9223372036854775807",
        "0.12345678901234567890123, 0",
    })
    void readsNumbers_towardsZero(String json, long expected) {
        scan("{\"a\":{\"b\":{\"c\":" + json + "}}}");

        assertThat(scanner.number(inner)).isEqualTo(expected);
    }

    @Test
    void readsNoNumber_whereThereIsNone() {
        scan("{\"a\":{\"b\":{\"c\":\"5\"}}}");
        assertThat(scanner.number(inner)).isZero();

        scan("{}");
        assertThat(scanner.number(inner)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "abc, abc",
        "12345678, 12345678",
        "a\\nb, 'a\nb'",
        "\\u00fc\u00fc, \u00fc\u00fc",
        "\\ud83d\\ude00, \ud83d\ude00",
        "\\\"\\/, '\"/'",
        "\\b\\f\\r\\t, '\b\f\r\t'",
    })
    void keepsText_decoded(String json, String expected) {
        scan("{\"text\":\"" + json + "\"}");

        assertThat(scanner.hasText(text)).isTrue();
        assertThat(scanner.text(text)).isEqualTo(expected);
        assertThat(scanner.textEquals(text, expected.getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(scanner.textEquals(text, new byte[] {'?'})).isFalse();
    }

    @Test
    void keepsNoText_beyondItsBound() {
        scan("{\"text\":\"123456789\"}");
        assertThat(scanner.hasText(text)).isFalse();

        scan("{\"text\":\"1234567\\u00fc\"}");
        assertThat(scanner.hasText(text)).isFalse();

        scan("{\"text\":12}");
        assertThat(scanner.hasText(text)).isFalse();
    }

    @Test
    void tellsEmptyFromFilled() {
        scan("{\"list\":[ ],\"a\":{ }}");
        assertThat(scanner.isFilled(list)).isFalse();
        assertThat(scanner.isFilled(outer)).isFalse();

        scan("{\"list\":[ null],\"a\":{ \"x\":1}}");
        assertThat(scanner.isFilled(list)).isTrue();
        assertThat(scanner.isFilled(outer)).isTrue();
    }

    @Test
    void remembersEveryType_ofAPlaceMetTwice() {
        scan("{\"list\":[],\"list\":null}");

        assertThat(scanner.isOnly(list, JsonType.ARRAY)).isFalse();
        assertThat(scanner.type(list)).isEqualTo(JsonType.NULL);
        assertThat(scanner.duplicate()).isEqualTo(list);
    }

    @Test
    void saysWhatIsThere_beforeTheEnd() {
        byte[] body = "{\"list\":[1".getBytes(StandardCharsets.UTF_8);
        scanner.reset();
        scanner.read(body, 0, body.length);

        assertThat(scanner.has(list)).isTrue();
        assertThat(scanner.isFilled(list)).isTrue();
        assertThat(scanner.isComplete(list)).isFalse();
        assertThat(scanner.offset()).isEqualTo(body.length);
        assertThat(scanner.finish()).isFalse();
        assertThat(scanner.errorOffset()).isEqualTo(body.length);
    }

    @ParameterizedTest
    @CsvSource({"12", "-0.5e1", "true", "'\"x\"'", "'[1,{}]'", "null"})
    void acceptsAnyDocument(String json) {
        assertThat(scan(json)).isTrue();
        assertThat(scanner.isComplete(JsonPaths.ROOT)).isTrue();
        assertThat(scanner.valueEnd(JsonPaths.ROOT)).isEqualTo(json.length());
    }

    /** Reads {@code json} byte by byte and as a whole; what is found stays from the whole. */
    private boolean scan(String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        scanner.reset();
        Cuts.feed(body, Cuts.everywhere(body.length), scanner::read);
        boolean accepted = scanner.finish();
        String found = found();
        scanner.reset();
        Cuts.feed(body, Cuts.none(), scanner::read);
        assertThat(scanner.finish()).isEqualTo(accepted);
        assertThat(found()).isEqualTo(found);
        return accepted;
    }

    private String found() {
        StringBuilder found = new StringBuilder();
        for (int place : new int[] {outer, inner, list, text}) {
            if (scanner.has(place)) {
                found.append(scanner.type(place))
                        .append(scanner.valueStart(place))
                        .append(scanner.valueEnd(place))
                        .append(scanner.number(place))
                        .append(scanner.isFilled(place))
                        .append(scanner.hasText(place) ? scanner.text(place) : "");
            }
        }
        return found.toString();
    }

    @Test
    void samplesTheTextOfEveryElement_howeverItIsCut() {
        JsonPaths.Builder builder = JsonPaths.builder();
        builder.addSampled("a", JsonPaths.ELEMENT);
        builder.addSampled("a", JsonPaths.ELEMENT, "b");
        builder.addSampled("a", JsonPaths.ELEMENT, "b", JsonPaths.ELEMENT, "c");
        int array = builder.add("a");
        PathScanner arrays = new PathScanner(builder.build());
        String document =
                """
                {"a":["1",{"b":"2","x":"no","c":"no"},[["no"]],{"y":{"b":"no"},"b":[{"c":"3"},{},
                {"c":"\\u0034\\n","d":["no"]}]},"5"],"b":"no","c":["no"]}\
                """
                        .replace("\\\\", "\\");
        byte[] bytes = document.getBytes(java.nio.charset.StandardCharsets.UTF_8);

        for (int cut = 0; cut <= bytes.length; cut++) {
            TextSample sample = new TextSample(64);
            arrays.reset();
            arrays.sampleInto(sample);
            arrays.read(bytes, 0, cut);
            arrays.read(bytes, cut, bytes.length);

            assertThat(arrays.finish()).isTrue();
            assertThat(sample.text()).as("cut at " + cut).isEqualTo("1234\n5");
            assertThat(arrays.isFilled(array)).isTrue();
            assertThat(arrays.duplicate()).isEqualTo(-1);
        }
    }
}
