package io.sluice.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.sluice.testing.Cuts;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopLevelScannerTest {

    private static final int MODEL = 0;
    private static final int STREAM = 1;
    private static final int MESSAGES = 2;
    private static final FieldNames NAMES = FieldNames.of("model", "stream", "messages");

    private final TopLevelScanner scanner = new TopLevelScanner(NAMES, 8);

    @Test
    void findsFields_whereverTheyStand() {
        String body =
                """
                {"messages": [{"model": "inner", "stream": 1}], "x": {"model": 2},
                 "stream" : true , "model":"gpt"}\
                """;

        scan(body);

        assertThat(value(body, MODEL)).isEqualTo("\"gpt\"");
        assertThat(value(body, STREAM)).isEqualTo("true");
        assertThat(value(body, MESSAGES)).isEqualTo("[{\"model\": \"inner\", \"stream\": 1}]");
        assertThat(scanner.type(MODEL)).isEqualTo(JsonType.STRING);
        assertThat(scanner.type(STREAM)).isEqualTo(JsonType.BOOLEAN);
        assertThat(scanner.type(MESSAGES)).isEqualTo(JsonType.ARRAY);
        assertThat(scanner.duplicate()).isEqualTo(-1);
        assertThat(scanner.duplicateOffset()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"mod\\u0065l\":1}",
                "{\"\\u006D\\u006f\\u0064\\u0065\\u006c\":1}",
                "{\"model\":1}",
                "\n{ \"\\u006dodel\"\t:\r1 } ",
                "{\"m\\u006fdel\":1}"
            })
    void comparesNames_withEscapesDecoded(String body) {
        scan(body);

        assertThat(scanner.has(MODEL)).isTrue();
        assertThat(value(body, MODEL)).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"mode\":1}", "{\"models\":1}", "{\"Model\":1}", "{\"model\\u0000\":1}",
                "{\"\":1}", "{\"mod\\\\u0065l\":1}", "{\"a\":{\"model\":1}}", "{\"\\uD800\":1}",
                "{\"a model name that is much longer than any\":1}", "{\"\\ud83d\\ude00\":1}"
            })
    void leavesOtherNames(String body) {
        scan(body);

        assertThat(scanner.has(MODEL)).isFalse();
    }

    @Test
    void findsName_thatIsNotAscii() {
        String body = "{\"\\ud83d\\ude00\":1,\"\u00fcber\":2}";
        TopLevelScanner other = new TopLevelScanner(FieldNames.of("\ud83d\ude00", "\u00fcber"), 1);

        everyCut(
                body,
                cut -> {
                    other.reset();
                    Cuts.feed(bytes(body), cut, other::feed);
                    other.finish();

                    assertThat(other.has(0)).isTrue();
                    assertThat(other.has(1)).isTrue();
                });
    }

    @Test
    void reportsFirstDuplicate_ofFieldsOfInterest() {
        String body = "{\"x\":1,\"x\":2,\"stream\":1,\"mod\\u0065l\":1,\"model\":2,\"stream\":3}";

        scan(body);

        assertThat(scanner.duplicate()).isEqualTo(MODEL);
        assertThat(scanner.duplicateOffset()).isEqualTo(body.indexOf("\"model\""));
        assertThat(value(body, MODEL)).isEqualTo("2");
    }

    @Test
    void knowsWhereTheObjectStands() {
        scan(" \n{ } ");

        assertThat(scanner.objectStart()).isEqualTo(2);
        assertThat(scanner.objectEnd()).isEqualTo(5);
        assertThat(scanner.isEmptyObject()).isTrue();

        scan("{\"a\":{}}");

        assertThat(scanner.objectStart()).isZero();
        assertThat(scanner.objectEnd()).isEqualTo(8);
        assertThat(scanner.isEmptyObject()).isFalse();
    }

    @Test
    void forgetsEverything_whenReset() {
        scan("{\"model\":1,\"model\":2}");
        scan("{}");

        assertThat(scanner.has(MODEL)).isFalse();
        assertThat(scanner.duplicate()).isEqualTo(-1);
        assertThat(scanner.isEmptyObject()).isTrue();
    }

    @Test
    void readsHeapDirectAndCompositeBuffers() {
        byte[] body = bytes("{\"model\":\"" + "x".repeat(20_000) + "\"}");
        ByteBuf heap = Unpooled.wrappedBuffer(body);
        ByteBuf direct = ByteBufAllocator.DEFAULT.directBuffer().writeBytes(body);
        ByteBuf composite =
                ByteBufAllocator.DEFAULT
                        .compositeBuffer()
                        .addComponent(true, direct.retainedSlice(0, 9_000))
                        .addComponent(true, heap.retainedSlice(9_000, body.length - 9_000));
        try {
            for (ByteBuf buf : new ByteBuf[] {heap, direct, composite}) {
                scanner.reset();
                scanner.feed(buf);
                scanner.finish();

                assertThat(scanner.valueEnd(MODEL)).isEqualTo(body.length - 1);
                assertThat(buf.readerIndex()).isZero();
            }
        } finally {
            composite.release();
            direct.release();
        }
    }

    @Test
    void boundsDepth() {
        scan("{\"a\":" + "[".repeat(7) + "]".repeat(7) + "}");

        assertThat(fault("{\"a\":" + "[".repeat(8) + "]".repeat(8) + "}")).isEqualTo(12);
        assertThat(fault("{\"a\":" + "[{\"b\":".repeat(4))).isEqualTo(5 + 3 * 6 + 1);
    }

    @Test
    void keepsKindOfContainers_deeperThanOneWord() {
        TopLevelScanner deep = new TopLevelScanner(NAMES, 200);
        String body = "{\"model\":" + "[{\"a\":".repeat(90) + "1" + "}]".repeat(90) + "}";

        Cuts.feed(bytes(body), Cuts.none(), deep::feed);
        deep.finish();

        assertThat(deep.valueEnd(MODEL)).isEqualTo(body.length() - 1);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void refusesMalformed_atItsOffset(String body, int offset) {
        assertThat(fault(body)).as(body).isEqualTo(offset);
    }

    static Stream<Object[]> malformed() {
        return Stream.of(
                new Object[][] {
                    {"", 0},
                    {"  ", 2},
                    {"\uFEFF{}", 0},
                    {"[1,}", 0},
                    {" \"a\"", 1},
                    {"12", 0},
                    {"nulx", 0},
                    {"{", 1},
                    {"{}}", 2},
                    {"{} x", 3},
                    {"{}{}", 2},
                    {"{\"a\"}", 4},
                    {"{\"a\":}", 5},
                    {"{\"a\" 1}", 5},
                    {"{\"a\":1,}", 7},
                    {"{,\"a\":1}", 1},
                    {"{a:1}", 1},
                    {"{'a':1}", 1},
                    {"{\"a\":1 \"b\":2}", 7},
                    {"{\"a\":[1 2]}", 8},
                    {"{\"a\":[1,]}", 8},
                    {"{\"a\":[,1]}", 6},
                    {"{\"a\":[1}", 7},
                    {"{\"a\":{\"b\":1]}", 11},
                    {"{\"a\":tru}", 8},
                    {"{\"a\":trueq}", 9},
                    {"{\"a\":True}", 5},
                    {"{\"a\":nul l}", 8},
                    {"{\"a\":NaN}", 5},
                    {"{\"a\":+1}", 5},
                    {"{\"a\":-}", 6},
                    {"{\"a\":-a}", 6},
                    {"{\"a\":01}", 6},
                    {"{\"a\":-01}", 7},
                    {"{\"a\":1.}", 7},
                    {"{\"a\":.5}", 5},
                    {"{\"a\":1.e1}", 7},
                    {"{\"a\":1e}", 7},
                    {"{\"a\":1e+}", 8},
                    {"{\"a\":1e+-1}", 8},
                    {"{\"a\":1.5.5}", 8},
                    {"{\"a\":1-1}", 6},
                    {"{\"a\":0x1}", 6},
                    {"{\"a\":1_0}", 6},
                    {"{\"a\":\"\t\"}", 6},
                    {"{\"a\":\"\n\"}", 6},
                    {"{\"a\":\"\u0000\"}", 6},
                    {"{\"a\":\"\u001f\"}", 6},
                    {"{\"a\":\"\\x\"}", 7},
                    {"{\"a\":\"\\'\"}", 7},
                    {"{\"a\":\"\\u12g4\"}", 10},
                    {"{\"a\":\"\\u 123\"}", 8},
                    {"{\"a\":\"\\U0041\"}", 7},
                    {"{\"a\":\"abc", 9},
                    {"{\"a\":\"abc\\\"}", 12},
                    {"{\"a\":1\u000b}", 6},
                    {"{\"a\":1\u00a0}", 6},
                    {"{/**/\"a\":1}", 1},
                    {"{\"a\":1}//", 7},
                    {"{\"a\u0001\":1}", 3},
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "BF",
                "C0 80",
                "C1 BF",
                "C2",
                "C2 41",
                "E0 80 80",
                "E0 9F BF",
                "E1 80",
                "E1 80 41",
                "E1 41 80",
                "ED A0 80",
                "ED BF BF",
                "F0 80 80 80",
                "F0 8F BF BF",
                "F1 80 80",
                "F1 80 80 41",
                "F1 80 41 80",
                "F4 90 80 80",
                "F5 80 80 80",
                "FE",
                "FF"
            })
    void refusesInvalidUtf8(String hex) {
        byte[] body = stringBody(hex);

        everyCut(body, cut -> assertThat(faultOf(body, cut)).isBetween(6L, 9L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "C2 80",
                "DF BF",
                "E0 A0 80",
                "E1 80 80",
                "ED 9F BF",
                "EE 80 80",
                "EF BF BF",
                "F0 90 80 80",
                "F1 80 80 80",
                "F4 8F BF BF",
                "7F"
            })
    void acceptsValidUtf8(String hex) {
        byte[] body = stringBody(hex + " " + hex);

        everyCut(
                body,
                cut -> {
                    scanner.reset();
                    Cuts.feed(body, cut, scanner::feed);
                    scanner.finish();
                });
    }

    @Test
    void staysMalformed_onceItIs() {
        Cuts.feed(bytes("{\"a\":1"), Cuts.none(), scanner::feed);
        assertThatThrownBy(() -> Cuts.feed(bytes("x"), Cuts.none(), scanner::feed))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessage("malformed JSON");

        assertThatThrownBy(() -> Cuts.feed(bytes("}"), Cuts.none(), scanner::feed))
                .isInstanceOfSatisfying(
                        MalformedJsonException.class, e -> assertThat(e.byteOffset()).isEqualTo(6));
        assertThatThrownBy(scanner::finish).isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void scansNestedRange_withScannerOfItsOwn() {
        String body = "{\"model\":{\"stream\":false}}";
        scan(body);
        TopLevelScanner nested = new TopLevelScanner(NAMES, 4);
        int start = (int) scanner.valueStart(MODEL);
        int end = (int) scanner.valueEnd(MODEL);

        Cuts.feed(
                bytes(body),
                Cuts.none(),
                (buf, index, length) -> nested.feed(buf, index + start, end - start));
        nested.finish();

        assertThat(nested.has(STREAM)).isTrue();
        assertThat(nested.type(STREAM)).isEqualTo(JsonType.BOOLEAN);
    }

    @Test
    void namesAreDistinct() {
        assertThat(NAMES.size()).isEqualTo(3);
        assertThat(NAMES.name(STREAM)).isEqualTo("stream");
        assertThatThrownBy(() -> FieldNames.of("a", "b", "a"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void scan(String body) {
        everyCut(
                body,
                cut -> {
                    scanner.reset();
                    Cuts.feed(bytes(body), cut, scanner::feed);
                    scanner.finish();
                });
    }

    /** The offset of the fault in {@code body}, the same for every cut. */
    private long fault(String body) {
        long whole = faultOf(bytes(body), Cuts.none());
        everyCut(body, cut -> assertThat(faultOf(bytes(body), cut)).isEqualTo(whole));
        return whole;
    }

    private long faultOf(byte[] body, int[] cut) {
        scanner.reset();
        try {
            Cuts.feed(body, cut, scanner::feed);
            scanner.finish();
            return -1;
        } catch (MalformedJsonException e) {
            return e.byteOffset();
        }
    }

    private String value(String body, int field) {
        int start = (int) scanner.valueStart(field);
        return body.substring(start, (int) scanner.valueEnd(field));
    }

    private static byte[] stringBody(String hex) {
        ByteBuf buf = Unpooled.buffer();
        buf.writeBytes(bytes("{\"a\":\""));
        for (String octet : hex.split(" ", -1)) {
            buf.writeByte(Integer.parseInt(octet, 16));
        }
        buf.writeBytes(bytes("\"}"));
        byte[] body = new byte[buf.readableBytes()];
        buf.readBytes(body);
        return body;
    }

    private static void everyCut(String body, CutTest test) {
        everyCut(bytes(body), test);
    }

    private static void everyCut(byte[] body, CutTest test) {
        test.run(Cuts.none());
        test.run(Cuts.everywhere(body.length));
        IntStream.range(0, body.length).forEach(at -> test.run(new int[] {at}));
    }

    private static byte[] bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    private interface CutTest {
        void run(int[] cut);
    }
}
