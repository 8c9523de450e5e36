package io.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {

    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "a, '', 1",
        "'', abc, 3",
        "abc, abc, 0",
        "abc, abd, 1",
        "abc, ab, 1",
        "kitten, sitting, 3",
        "flaw, lawn, 2",
        "gpt-4o, gpt4o, 1",
        "ab, ba, 2"
    })
    void is(String a, String b, int distance) {
        assertThat(EditDistance.between(a, b)).isEqualTo(distance);
    }

    @Test
    void isTheLength_forLongWords() {
        String word = "a".repeat(129);

        assertThat(EditDistance.between(word, word)).isEqualTo(129);
        assertThat(EditDistance.between(word, "a")).isEqualTo(129);
        assertThat(EditDistance.between("a".repeat(128), "a".repeat(127))).isEqualTo(1);
    }

    @Test
    void isADistance() {
        long seed = 7;
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            String a = word(random);
            String b = word(random);
            String c = word(random);
            int ab = EditDistance.between(a, b);

            assertThat(ab)
                    .as("seed %d: %s, %s, %s", seed, a, b, c)
                    .isEqualTo(EditDistance.between(b, a))
                    .isBetween(Math.abs(a.length() - b.length()), Math.max(a.length(), b.length()))
                    .isLessThanOrEqualTo(EditDistance.between(a, c) + EditDistance.between(c, b));
            assertThat(ab == 0).isEqualTo(a.equals(b));
        }
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int length = random.nextInt(7); length > 0; length--) {
            word.append((char) ('a' + random.nextInt(3)));
        }
        return word.toString();
    }
}
