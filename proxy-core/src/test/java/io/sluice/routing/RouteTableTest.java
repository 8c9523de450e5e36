package io.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.auth.ModelAccess;
import io.sluice.config.AliasEntry;
import io.sluice.message.NamePattern;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {

    private final RouteTable table =
            RouteTable.of(
                    List.of(
                            route("gpt-4o"),
                            route("*"),
                            route("gpt-*"),
                            route("gpt-4*"),
                            route("gpt-*-*"),
                            route("o1", "beta"),
                            route("claude")),
                    Map.of(
                            "fast", new AliasEntry("gpt-4o", false),
                            "secret", new AliasEntry("claude", true),
                            "claude", new AliasEntry("o1", false),
                            "other", new AliasEntry("gpt-4.1", false)));

    @ParameterizedTest
    @CsvSource({
        "gpt-4o, gpt-4o, ''",
        "gpt-4.1, gpt-4*, .1",
        "gpt-3.5, gpt-*, 3.5",
        "gpt-3.5-turbo, gpt-*-*, 3.5 turbo",
        "fast, gpt-4o, ''",
        "other, gpt-4*, .1",
        "secret, claude, ''",
        "claude, o1, ''",
        "GPT-4O, *, GPT-4O",
        "'', *, ''"
    })
    void finds(String model, String route, String captured) {
        RouteMatch match = table.find(model);

        assertThat(match).isNotNull();
        assertThat(match.route().name().text()).isEqualTo(route);
        assertThat(String.join(" ", match.captured())).isEqualTo(captured);
    }

    @Test
    void findsNothing_withoutSuchAName() {
        RouteTable small =
                RouteTable.of(
                        List.of(route("gpt-4o")), Map.of("dead", new AliasEntry("gone", false)));

        assertThat(small.find("gpt-4")).isNull();
        assertThat(small.find("dead")).isNull();
        assertThat(small.visibleNames(ModelAccess.ALL)).containsExactly("gpt-4o");
    }

    @Test
    void showsWhatACallerMayUse() {
        assertThat(table.visibleNames(ModelAccess.ALL))
                .startsWith("gpt-4o", "o1", "claude")
                .containsExactlyInAnyOrder(
                        "gpt-4o", "o1", "claude", "*", "gpt-*", "gpt-4*", "gpt-*-*", "fast",
                        "other");
        assertThat(table.visibleNames(ModelAccess.of(List.of("gpt-4o", "beta"))))
                .containsExactlyInAnyOrder("gpt-4o", "o1", "fast");
        assertThat(table.visibleNames(ModelAccess.of(List.of("fast")))).containsExactly("fast");
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o, gpt-4o, true",
        "gpt-4o, fast, false",
        "fast, gpt-4o, true",
        "fast, fast, true",
        "o1, beta, true",
        "o1, claude, false",
        "claude, o1, true"
    })
    void allows_byTheNameThatWasWritten_orWhatItStandsFor(
            String model, String allowed, boolean isAllowed) {
        RouteMatch match = table.find(model);

        assertThat(match).isNotNull();
        assertThat(table.isAllowed(ModelAccess.of(List.of(allowed)), model, match))
                .isEqualTo(isAllowed);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4x, gpt-4o",
        "GPT-4o-mini, gpt-4o",
        "clade, claude",
        "faast, fast",
        "zzzzzz,",
    })
    void hasNearNames(String wanted, @Nullable String nearest) {
        RouteTable names =
                RouteTable.of(
                        List.of(route("gpt-4o"), route("claude"), route("o1")),
                        Map.of("fast", new AliasEntry("o1", false)));

        List<String> near = names.nearNames(wanted, ModelAccess.ALL);
        if (nearest == null) {
            assertThat(near).isEmpty();
        } else {
            assertThat(near).startsWith(nearest);
        }
    }

    @Test
    void namesNothingNear_thatTheCallerMayNotUse() {
        assertThat(table.nearNames("gpt-4x", ModelAccess.of(List.of("claude"))))
                .doesNotContain("gpt-4o", "fast");
    }

    @Test
    void namesFiveNearOnes_atMost_theNearestFirst() {
        List<Route> routes =
                List.of(
                        route("model-aaa"),
                        route("model-aab"),
                        route("model-abb"),
                        route("model-bbb"),
                        route("model-aa"),
                        route("model-aaaa"),
                        route("model-a"));

        List<String> near = RouteTable.of(routes, Map.of()).nearNames("model-aac", ModelAccess.ALL);

        assertThat(near).hasSize(5).doesNotContain("model-bbb");
    }

    private static Route route(String name, String... groups) {
        return new Route(NamePattern.of(name), List.of(), List.of(groups));
    }
}
