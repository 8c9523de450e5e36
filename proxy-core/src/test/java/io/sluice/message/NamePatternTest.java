package io.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    gpt-4o    ; gpt-4o        ; -
                    gpt-4o    ; gpt-4         ;
                    gpt-*     ; gpt-4o        ; 4o
                    gpt-*     ; gpt-          ; ''
                    gpt-*     ; gpt           ;
                    *         ; a/b           ; a/b
                    *-mini    ; gpt-mini      ; gpt
                    *-mini    ; gpt-mini-2    ;
                    a*b*c     ; aXbYc         ; X,Y
                    a*b*c     ; abbc          ; '',b
                    a*a       ; a             ;
                    a*a       ; aa            ; ''
                    a*bc*c    ; abc           ;
                    a**b      ; axb           ; '',x
                    x*x*x     ; xxx           ; '',''
                    .*        ; gpt           ;
                    """)
    void captures(String pattern, String name, @Nullable String captured) {
        List<String> found = NamePattern.of(pattern).captures(name);

        if (captured == null) {
            assertThat(found).isNull();
        } else {
            String plain = captured.replace("''", "");
            assertThat(found)
                    .isEqualTo(plain.equals("-") ? List.of() : List.of(plain.split(",", -1)));
        }
        assertThat(NamePattern.of(pattern).matches(name)).isEqualTo(captured != null);
    }

    @Test
    void isFilledWithWhatAnotherCaptured() {
        NamePattern pattern = NamePattern.of("a/*-*!");

        assertThat(pattern.fill(List.of("x", "y"))).isEqualTo("a/x-y!");
        assertThat(pattern.fill(List.of("x"))).isEqualTo("a/x-*!");
        assertThat(pattern.fill(List.of("x", "y", "z"))).isEqualTo("a/x-y!");
        assertThat(pattern.text()).isEqualTo("a/*-*!");
        assertThat(pattern.stars()).isEqualTo(2);
    }

    @Test
    void agreesWithTheRegularExpression_forRandomNames() {
        long seed = 20260117;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String text = word(random, "ab*", 6);
            String name = word(random, "ab", 8);
            Matcher oracle = Pattern.compile(text.replace("*", ".*?")).matcher(name);
            NamePattern pattern = NamePattern.of(text);

            List<String> captured = pattern.captures(name);
            String what = "seed %d, round %d: %s ~ %s".formatted(seed, i, text, name);
            assertThat(captured != null).as(what).isEqualTo(oracle.matches());
            if (captured != null) {
                assertThat(pattern.fill(captured)).as(what).isEqualTo(name);
            }
        }
    }

    private static String word(Random random, String letters, int most) {
        StringBuilder word = new StringBuilder();
        for (int length = random.nextInt(most + 1); length > 0; length--) {
            word.append(letters.charAt(random.nextInt(letters.length())));
        }
        return word.toString();
    }
}
