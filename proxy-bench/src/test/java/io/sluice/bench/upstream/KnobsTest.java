package io.sluice.bench.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnobsTest {

    @ParameterizedTest
    @CsvSource({"20ms,20000000", "600us,600000", "30s,30000000000", "2m,120000000000", "0,0"})
    void readsLengthsOfTime(String text, long nanos) {
        assertThat(Knobs.parse("ttft=" + text).nanos(Knob.TTFT)).isEqualTo(nanos);
    }

    @ParameterizedTest
    @CsvSource({"7,7", "7B,7", "2KiB,2048", "100MiB,104857600", "1GiB,1073741824"})
    void readsSizes(String text, long bytes) {
        assertThat(Knobs.parse("bytes=" + text).bytes(Knob.BYTES)).isEqualTo(bytes);
    }

    @Test
    void takesQuotedValues_andSwitchesWithoutOne() {
        Knobs knobs = Knobs.parse(" reset body=\"{\\\"a b\\\": 1}\" cut=after:3 ");

        assertThat(knobs.is(Knob.RESET, false)).isTrue();
        assertThat(knobs.find(Knob.BODY)).isEqualTo("{\"a b\": 1}");
        assertThat(knobs.count(Knob.CUT, 0)).isEqualTo(3);
    }

    @Test
    void readsFields_inOrder() {
        assertThat(Knobs.parse("headers=a:1|set-cookie:x=y").fields(Knob.HEADERS))
                .containsExactly(
                        java.util.Map.entry("a", "1"), java.util.Map.entry("set-cookie", "x=y"));
    }

    @Test
    void findsThemInAPrompt_whereTheLastOneCounts() {
        Knobs knobs = Knobs.inPrompt("say [[gap=1ms chunks=3]] hello [[gap=2ms]]");

        assertThat(knobs.nanos(Knob.GAP)).isEqualTo(2_000_000);
        assertThat(knobs.count(Knob.CHUNKS, 0)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense=1",
                "ttft=20",
                "gap=fast",
                "fail=200",
                "fail=503@2",
                "usage=some",
                "=",
                "a b",
                "size=0x1",
                "cut=",
                "close=window",
                "body=\"open"
            })
    void refusesWhatItDoesNotKnow(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Knobs.parse(text));
    }
}
