package io.sluice.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsDiffTest {

    private static final String MODEL =
            "  - {model_name: %s, litellm_params: {model: openai/%s, api_key: %s}}\n";

    @Test
    void saysNothing_ofWhatIsTheSame() {
        String yaml = "model_list:\n" + MODEL.formatted("a", "x", "sk-12345678");

        assertThat(changes(yaml, "# a comment\n" + yaml)).isEmpty();
    }

    @Test
    void saysWhatIsAnother_newAndGone() {
        assertThat(
                        changes(
                                "timeouts: {total: 1s}\nkeys: [{alias: old, key: sk-12345678}]",
                                "timeouts: {total: 2s}\nkeys: [{alias: new, key: sk-12345678}]"))
                .containsExactlyInAnyOrder(
                        "~ timeouts.total: 1s -> 2s",
                        "+ keys[new].alias: new",
                        "+ keys[new].key: ***",
                        "- keys[old].alias: old",
                        "- keys[old].key: ***");
    }

    @Test
    void masksSecrets_andTellsThemApart() {
        String model = "model_list:\n" + MODEL;

        assertThat(
                        changes(
                                model.formatted("a", "x", "sk-first"),
                                model.formatted("a", "x", "sk-2")))
                .containsExactly("~ model_list[a].litellm_params.api_key: *** (another one)");
    }

    @Test
    void tellsHeadersWithSecretsApart() {
        String model =
                """
                model_list:
                  - model_name: a
                    litellm_params: {model: openai/x, extra_headers: {x-key: %s}}
                """;

        assertThat(changes(model.formatted("one"), model.formatted("two"))).hasSize(1);
    }

    @Test
    void knowsElementsByTheirNames_notByTheirPlaces() {
        String first = MODEL.formatted("a", "x", "sk-first");
        String second = MODEL.formatted("a", "y", "sk-other");
        String more = MODEL.formatted("b", "z", "sk-third");

        assertThat(
                        changes(
                                "model_list:\n" + first + second,
                                "model_list:\n" + more + first + second))
                .allMatch(line -> line.startsWith("+ model_list[b]."));
    }

    private static List<String> changes(String before, String after) {
        return SettingsDiff.between(values(before), values(after)).stream()
                .map(SettingsChange::render)
                .toList();
    }

    private static List<EffectiveValue> values(String yaml) {
        return new SettingsLoader(Map.of(), List.of())
                .load(Path.of("f.yaml"), yaml.getBytes(UTF_8))
                .values();
    }
}
