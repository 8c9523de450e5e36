package io.sluice.bench.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CuttingTest {

    private static final List<Integer> RECORDED = List.of(3, 0, 4, 9);

    @ParameterizedTest
    @ValueSource(strings = {"recorded", "whole", "every:1", "every:99", "at:1,5,5,40", "seed:-3"})
    void losesNothing(String cutting) {
        for (int length = 0; length < 40; length++) {
            List<Integer> sizes = Cutting.parse(cutting).sizes(length, RECORDED);

            assertThat(sizes).allMatch(size -> size > 0);
            assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(length);
        }
    }

    @Test
    void cutsWhereItIsTold() {
        assertThat(Cutting.parse("at:9,2").sizes(12, RECORDED)).containsExactly(2, 7, 3);
        assertThat(Cutting.parse("every:5").sizes(12, RECORDED)).containsExactly(5, 5, 2);
        assertThat(Cutting.parse("recorded").sizes(12, RECORDED)).containsExactly(3, 4, 5);
    }

    @Test
    void cutsAlike_forTheSameSeed() {
        Cutting seeded = new Cutting.Seeded(7);

        assertThat(seeded.sizes(9000, RECORDED)).isEqualTo(seeded.sizes(9000, RECORDED));
        assertThat(seeded.sizes(9000, RECORDED))
                .isNotEqualTo(new Cutting.Seeded(8).sizes(9000, RECORDED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "every", "every:0", "at:x", "seed:", "half"})
    void refusesWhatItDoesNotKnow(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Cutting.parse(text));
    }
}
