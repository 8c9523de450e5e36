package io.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.PolicyEntry;
import io.sluice.config.RoutingSettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChooserTest {

    private final GroupFixture group = new GroupFixture();

    private static PolicyEntry policy(
            String name,
            @Nullable String team,
            @Nullable String key,
            @Nullable String model,
            List<String> tags,
            @Nullable String strategy,
            int priority) {
        return new PolicyEntry(
                name, team, key, model, tags, List.of("check-" + name), strategy, priority);
    }

    private static Chooser chooser(PolicyEntry... policies) {
        return Chooser.of(
                new RoutingSettings(
                        "simple-shuffle",
                        Map.of("gpt", "least-busy"),
                        0,
                        RoutingSettings.Affinity.NONE,
                        false,
                        false,
                        false,
                        List.of(policies)));
    }

    private CallTraits call() {
        return group.call
                .caller("file:ci", "ci", false)
                .owner("search-eu", null, null)
                .tags(List.of("batch", "nightly"));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            textBlock =
                    """
                    search-*, -,   -,     -,        true
                    ads-*,    -,   -,     -,        false
                    -,        ci,  -,     -,        true
                    -,        c*,  -,     -,        true
                    -,        web, -,     -,        false
                    -,        -,   gpt-*, -,        true
                    -,        -,   o3*,   -,        false
                    -,        -,   -,     night*,   true
                    -,        -,   -,     weekly,   false
                    search-*, ci,  gpt-*, batch,    true
                    search-*, ci,  gpt-*, weekly,   false
                    search-*, web, gpt-*, batch,    false
                    """)
    void meetsAllConditionsOfAPolicy(
            @Nullable String team,
            @Nullable String key,
            @Nullable String model,
            @Nullable String tag,
            boolean isMet) {
        List<String> tags = tag == null ? List.of() : List.of(tag);
        Chooser chooser = chooser(policy("p", team, key, model, tags, "lowest-cost", 1));

        assertThat(chooser.strategy("other", "gpt-4o", call()) instanceof LowestCost)
                .isEqualTo(isMet);
        assertThat(chooser.guardrails("gpt-4o", call())).hasSize(isMet ? 1 : 0);
    }

    @Test
    void takesTheStrategyOfTheHighestPriorityThatNamesOne_andAllGuardrails() {
        Chooser chooser =
                chooser(
                        policy("low", null, null, null, List.of(), "lowest-cost", 1),
                        policy("silent", null, null, null, List.of(), null, 9),
                        policy("high", null, null, null, List.of(), "lowest-latency", 5));

        assertThat(chooser.strategy("gpt", "gpt", call())).isInstanceOf(LowestLatency.class);
        assertThat(chooser.guardrails("gpt", call()))
                .containsExactly("check-silent", "check-high", "check-low");
    }

    @Test
    void takesTheStrategyOfTheGroup_elseOfTheGateway() {
        Chooser chooser = chooser();

        assertThat(chooser.strategy("gpt", "alias", call())).isInstanceOf(LeastBusy.class);
        assertThat(chooser.strategy("other", "other", call())).isInstanceOf(WeightedShuffle.class);
    }
}
