package io.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestTagsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''              | ''
                    ,               | ''
                    red             | red
                    red,blue        | red,blue
                    ' red , blue, ' | red,blue
                    red,red,blue    | red,blue
                    """)
    void areReadFromAHeader(String value, String expected) {
        assertThat(String.join(",", RequestTags.ofHeader(value))).isEqualTo(expected);
    }

    @Test
    void areNone_whereThereIsNoHeader() {
        assertThat(RequestTags.ofHeader(null)).isEmpty();
    }

    @Test
    void areBounded_inNumberAndLength() {
        String many =
                IntStream.range(0, 1000).mapToObj(i -> "t" + i).collect(Collectors.joining(","));
        String longest = "x".repeat(RequestTags.MAX_CHARACTERS);

        assertThat(RequestTags.ofHeader(many)).hasSize(RequestTags.MOST).startsWith("t0", "t1");
        assertThat(RequestTags.ofHeader(longest + "x," + longest)).containsExactly(longest);
    }

    @Test
    void areEachThereOnce_whereTwoPlacesHaveSome() {
        List<String> first = List.of("a", "b");

        assertThat(RequestTags.union(first, List.of())).isSameAs(first);
        assertThat(RequestTags.union(List.of(), first)).isSameAs(first);
        assertThat(RequestTags.union(first, List.of("b", "c"))).containsExactly("a", "b", "c");
    }
}
