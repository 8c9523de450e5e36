package io.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.message.Endpoint;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelTableTest {

    @Test
    void numbersLabelsForGood_whenTheyComeBack() {
        LabelTable table = new LabelTable(10);

        int number = table.number(Endpoint.RESPONSES, "a", "openai");

        assertThat(table.number(Endpoint.RESPONSES, new String("a"), "openai")).isEqualTo(number);
        assertThat(table.find(number)).isEqualTo(new CallLabels(Endpoint.RESPONSES, "a", "openai"));
    }

    @Test
    void tellsApart_whatDiffersInOnePart() {
        LabelTable table = new LabelTable(10);

        assertThat(
                        IntStream.of(
                                        table.number(Endpoint.RESPONSES, "a", "p"),
                                        table.number(Endpoint.COMPLETIONS, "a", "p"),
                                        table.number(Endpoint.RESPONSES, "b", "p"),
                                        table.number(Endpoint.RESPONSES, "a", "q"),
                                        table.number(null, "a", "p"),
                                        table.number(Endpoint.RESPONSES, null, "p"),
                                        table.number(Endpoint.RESPONSES, "a", null))
                                .distinct())
                .hasSize(7);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 100, 500})
    void grantsExactlyItsCapacity_toDistinctLabels(int capacity) {
        LabelTable table = new LabelTable(capacity);

        long granted =
                IntStream.range(0, capacity * 3)
                        .map(i -> table.number(null, "model-" + i, null))
                        .filter(number -> number != LabelTable.OVERFLOW)
                        .distinct()
                        .count();

        assertThat(granted).isEqualTo(capacity);
        assertThat(table.number(null, "model-0", null)).isNotEqualTo(LabelTable.OVERFLOW);
    }

    @Test
    void givesAllThreadsOneNumber_whenTheyRaceForIt() throws Exception {
        LabelTable table = new LabelTable(64);
        Callable<int[]> racer =
                () ->
                        new Random(7)
                                .ints(20_000, 0, 64)
                                .map(i -> table.number(null, "model-" + i, "p"))
                                .toArray();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Future<int[]> first = threads.submit(racer);
            Future<int[]> second = threads.submit(racer);
            Future<int[]> third = threads.submit(racer);

            for (Future<int[]> one : java.util.List.of(first, second, third)) {
                for (int number : one.get()) {
                    assertThat(number == LabelTable.OVERFLOW || table.find(number) != null)
                            .isTrue();
                }
            }
        }
        long taken = IntStream.range(0, table.slots()).filter(i -> table.find(i) != null).count();
        assertThat(taken).isEqualTo(64);
        assertThat(
                        IntStream.range(0, 64)
                                .map(i -> table.number(null, "model-" + i, "p"))
                                .distinct())
                .hasSize(64)
                .doesNotContain(LabelTable.OVERFLOW);
    }
}
