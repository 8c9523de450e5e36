package io.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SieveTest {

    private final GroupFixture group = new GroupFixture();
    private final Sieve all = new Sieve(true, false, true);

    @BeforeEach
    void fill() {
        group.target("eu").region("eu-west-1").tags("paid", "fast").window(1000).add();
        group.target("us").region("us-east-1").tags("paid").window(100_000).add();
        group.target("own").teams("search").add();
    }

    private List<String> left(Sieve sieve) {
        long bits = sieve.sift(group.targets, Bits.first(3), group.call);
        return IntStream.range(0, 3)
                .filter(i -> (bits & 1L << i) != 0)
                .mapToObj(i -> group.targets.get(i).name())
                .toList();
    }

    @Test
    void leavesOutWhatTheCallerMayNotUse() {
        assertThat(left(all)).containsExactly("eu", "us");

        group.call.owner("search", null, null);
        assertThat(left(all)).containsExactly("eu", "us", "own");

        group.call.clear().caller("master", "master", true);
        assertThat(left(all)).containsExactly("eu", "us", "own");
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    paid,      false, eu us
                    paid;fast, false, eu
                    paid;fast, true,  eu us
                    fast,      false, eu
                    other,     false, eu us
                    other,     true,  eu us
                    """)
    void keepsWhatHasTheTags_allWhereNoneHas(String tags, boolean anyTag, String expected) {
        group.call.tags(List.of(tags.split(";")));

        assertThat(left(new Sieve(true, anyTag, false))).containsExactly(expected.split(" "));
    }

    @Test
    void takesNoNoteOfTags_unlessItIsToldTo() {
        group.call.tags(List.of("fast"));

        assertThat(left(new Sieve(false, false, false))).containsExactly("eu", "us");
    }

    @ParameterizedTest
    @CsvSource({"eu, eu", "EU-W, eu", "us-east-1, us", "ap, ''"})
    void keepsWhatIsInTheRegion_noneWhereNoneIs(String region, String expected) {
        group.call.region(region);

        assertThat(left(all))
                .containsExactlyElementsOf(expected.isEmpty() ? List.of() : List.of(expected));
    }

    @ParameterizedTest
    @CsvSource({"1000, eu us", "1001, us", "100001, eu us"})
    void keepsWhatTheInputFits_allWhereItFitsNone(long input, String expected) {
        group.call.tokens(input, 0);

        assertThat(left(all)).containsExactly(expected.split(" "));
        assertThat(left(new Sieve(true, false, false))).containsExactly("eu", "us");
    }

    @Test
    void saysWhyATargetWasLeftOut() {
        group.call.region("us");

        assertThat(IntStream.range(0, 3).mapToObj(i -> all.reason(group.targets, i, 7, group.call)))
                .containsExactly(Sieve.Reason.REGION, Sieve.Reason.TAKEN, Sieve.Reason.ACCESS);
    }
}
