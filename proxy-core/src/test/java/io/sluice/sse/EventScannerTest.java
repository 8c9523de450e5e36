package io.sluice.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Cuts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventScannerTest {

    private static final byte[] ERROR = {'e', 'r', 'r', 'o', 'r'};

    private final Recorder recorder = new Recorder();
    private final EventScanner scanner = new EventScanner(recorder);

    @ParameterizedTest
    @MethodSource("streams")
    void yieldsEvents_howeverCut(String stream, List<String> expected) {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            for (int j = i; j < bytes.length; j++) {
                assertThat(events(bytes, new int[] {i, j})).as("%d %d", i, j).isEqualTo(expected);
            }
        }
        assertThat(events(bytes, Cuts.everywhere(bytes.length))).isEqualTo(expected);
    }

    static Stream<Object[]> streams() {
        return Stream.of(
                new Object[][] {
                    {"data: a\n\ndata: b\n\n", List.of("0-9 a", "9-18 b")},
                    {"data: a\r\n\r\ndata: b\r\n\r\n", List.of("0-10 a", "11-21 b")},
                    {"data: a\r\rdata: b\r\r", List.of("0-9 a", "9-18 b")},
                    {"data: a\r\n\ndata: b\n\r\n", List.of("0-10 a", "10-19 b")},
                    {"data:a\n\n", List.of("0-8 a")},
                    {"data:  a\n\n", List.of("0-10  a")},
                    {"data: a\ndata: b\n\n", List.of("0-17 a\nb")},
                    {"data: a\rdata:\rdata: b\r\r", List.of("0-23 a\n\nb")},
                    {"data\n\n", List.of("0-6 ")},
                    {"data:\n\n", List.of("0-7 ")},
                    {"data\ndata\n\n", List.of("0-11 \n")},
                    {"data: a: b\n\n", List.of("0-12 a: b")},
                    {": note\n\ndata: a\n\n: note\n", List.of("8-17 a")},
                    {": note\ndata: a\n: more\n\n", List.of("7-23 a")},
                    {"\n\n\ndata: a\n\n\n\n", List.of("3-12 a")},
                    {"event: ping\n\ndata: a\n\n", List.of("13-22 a")},
                    {"event: error\ndata: a\n\n", List.of("0-22 error! a")},
                    {"event: error\nevent: b\ndata: a\n\n", List.of("0-31 a")},
                    {"event:error\r\ndata: a\r\n\r\n", List.of("0-23 error! a")},
                    {"event: errors\ndata: a\n\n", List.of("0-23 a")},
                    {"event\ndata: a\n\n", List.of("0-15 a")},
                    {"id: 7\nretry: 10\ndata: a\n\n", List.of("0-25 a")},
                    {"dat: x\ndatas: x\nData: x\ndata : x\n\n", List.of()},
                    {"d\ndata\n\n", List.of("0-8 ")},
                    {"\uFEFFdata: a\n\n", List.of("3-12 a")},
                    {"\uFEFF\uFEFFdata: a\n\n", List.of()},
                    {"\u00efdata: a\ndata: b\n\n", List.of("0-19 b")},
                    {"data: a\n", List.of()},
                    {"data: \ud83d\ude00 and more\n\n", List.of("0-21 \ud83d\ude00 and more")},
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "data: a\n\n",
                "data: a\r\n\r\n",
                "data: a\r\r",
                ": note\n",
                "\n",
                "data: a\n\n: note\n\n",
                "event: x\n\n",
                "\uFEFF"
            })
    void isAtBoundary_betweenEvents(String stream) {
        events(stream.getBytes(StandardCharsets.UTF_8), Cuts.none());

        assertThat(scanner.isAtBoundary()).isTrue();
        assertThat(scanner.eventStart()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "d",
                "data: a",
                "data: a\n",
                "data: a\r\n",
                "data: a\r\n\r",
                ": note",
                ":",
                ": note\r",
                "event: x\n",
                "data: a\n\n:",
                "data: a\r\n\r\n\r"
            })
    void isNotAtBoundary_elsewhere(String stream) {
        events(stream.getBytes(StandardCharsets.UTF_8), Cuts.none());

        assertThat(scanner.isAtBoundary()).isFalse();
    }

    @Test
    void knowsTheIncompleteEvent() {
        events("data: a\n\n: n\ndata: b".getBytes(StandardCharsets.UTF_8), Cuts.none());

        assertThat(scanner.eventStart()).isEqualTo(13);
        assertThat(scanner.hasData()).isTrue();
        assertThat(scanner.offset()).isEqualTo(20);
    }

    @Test
    void boundsTheName() {
        String stream = "event: " + "x".repeat(500) + "\ndata: a\n\n";

        assertThat(events(stream.getBytes(StandardCharsets.UTF_8), Cuts.none())).hasSize(1);
    }

    private List<String> events(byte[] bytes, int[] cut) {
        recorder.events.clear();
        recorder.data.setLength(0);
        scanner.reset();
        Cuts.feed(bytes, cut, scanner::read);
        return List.copyOf(recorder.events);
    }

    /** Writes each event down as its range, a mark if it is called error, and its data. */
    private final class Recorder implements EventScanner.Listener {

        private final List<String> events = new ArrayList<>();
        private final StringBuilder data = new StringBuilder();

        @Override
        public void onData(byte[] bytes, int from, int to) {
            data.append(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void onEventEnd(long start, long end) {
            String text =
                    new String(
                            data.toString().getBytes(StandardCharsets.ISO_8859_1),
                            StandardCharsets.UTF_8);
            String mark = scanner.isNamed(ERROR) ? "error! " : "";
            events.add(start + "-" + end + " " + mark + text);
            data.setLength(0);
        }
    }
}
