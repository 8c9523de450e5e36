package io.sluice.config;

import static io.sluice.config.Configurations.conf;
import static io.sluice.config.Configurations.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in {@code conf} and what is derived from the key table. */
class ConfTest {

    private static final Pattern ACCEPTED =
            Pattern.compile("# accepted in (the top level|[^,]+),.*");
    private static final Pattern ALLOWANCE =
            Pattern.compile(
                    "^(?:keys\\[]|model_list\\[]|accounts\\.\\w+(?:\\[])?)\\.(limits|budget)\\."
                            + "(?!priority)");
    private static final Pattern MODEL_BUDGET =
            Pattern.compile("^keys\\[]\\.model_budgets\\[]\\.(?!model$)");
    private static final Pattern SHARED_PARAMETERS =
            Pattern.compile(
                    "credential_list\\[]\\.credential_values\\..*"
                            + "|(router_settings\\.)?default_litellm_params\\..*");

    @Test
    void saysTheDefaults_inTheDocumentedFile() {
        LoadedSettings loaded =
                new SettingsLoader(Map.of(), List.of()).load(conf().resolve("sluice.yaml"));

        assertThat(loaded.findings()).isEmpty();
        assertThat(loaded.settings()).isEqualTo(Settings.defaults());
    }

    @Test
    void documentsEveryKeyAndNoOther() throws IOException {
        List<String> lines = Files.readAllLines(conf().resolve("sluice.yaml"));
        String uncommented = String.join("\n", lines).replaceAll("(?m)^#(?=[a-z]|  )", "");
        ConfigNode root =
                Objects.requireNonNull(
                        new YamlReader("sluice.yaml", new Problems()).read(uncommented));
        Set<String> documented = new TreeSet<>();
        collect("", root, documented);
        documented.addAll(accepted(lines));
        documented.removeIf(path -> SHARED_PARAMETERS.matcher(path).matches());

        Set<String> known = new TreeSet<>();
        for (KeySpec key : KeyTable.instance().keys()) {
            if (!SHARED_PARAMETERS.matcher(key.path()).matches()) {
                known.add(key.path());
            }
        }
        assertThat(documented).isEqualTo(known);
    }

    private static void collect(String path, ConfigNode node, Set<String> paths) {
        if (node instanceof ConfigNode.Sequence sequence) {
            sequence.items().forEach(item -> collect(path + "[]", item, paths));
        } else if (node instanceof ConfigNode.Mapping mapping) {
            mapping.members().values().forEach(member -> collect(path, member, paths));
            mapping.overridden().forEach(member -> collect(path, member, paths));
        }
    }

    private static void collect(String path, ConfigNode.Member member, Set<String> paths) {
        String below = path.isEmpty() ? member.key() : path + '.' + member.key();
        boolean isPriceOfModel =
                path.equals("pricing") && member.value() instanceof ConfigNode.Mapping;
        if (isPriceOfModel) {
            return;
        }
        paths.add(below);
        boolean isMap = Set.of("rates", "extra_headers", "custom_pricing").contains(member.key());
        if (!isMap) {
            collect(below, member.value(), paths);
        }
    }

    private static Set<String> accepted(List<String> lines) {
        Set<String> paths = new TreeSet<>();
        String section = "";
        for (String line : lines) {
            Matcher header = ACCEPTED.matcher(line);
            if (header.matches()) {
                section = header.group(1).equals("the top level") ? "" : header.group(1) + '.';
            } else if (line.startsWith("# | ")) {
                for (String name : line.substring(4).split("[, ]+", -1)) {
                    if (!name.isEmpty()) {
                        paths.add(section + name);
                    }
                }
            }
        }
        return paths;
    }

    @Test
    void documentsEveryKeyThatHasAnEffect_onItsPage() throws IOException {
        String page = Files.readString(conf().resolveSibling("docs/configuration.md"));
        List<String> missing = new ArrayList<>();

        for (KeySpec key : KeyTable.instance().keys()) {
            boolean isPrice = LiteLlmKeys.PRICE_FIELDS.contains(key.name());
            if (key.isUsed() && !isPrice && !SHARED_PARAMETERS.matcher(key.path()).matches()) {
                String path = ALLOWANCE.matcher(key.path()).replaceFirst("$1.");
                path = MODEL_BUDGET.matcher(path).replaceFirst("budget.");
                boolean isTopSection = key.isSection() && !path.contains(".");
                if (!page.contains('`' + path + '`') && !isTopSection) {
                    missing.add(
                            "| `" + path + "` | `" + key.fallback() + "` | " + key.doc() + " |");
                }
            }
        }

        assertThat(missing).as("rows that the page lacks").isEmpty();
    }

    @Test
    void marksWhatHasNoEffect_inTheDocumentedFile() throws IOException {
        String text = Files.readString(conf().resolve("sluice.yaml"));

        for (KeySpec key : KeyTable.instance().keys()) {
            if (!key.doc().isEmpty() && !SHARED_PARAMETERS.matcher(key.path()).matches()) {
                boolean isMarked = text.contains("not yet: " + key.doc());
                assertThat(isMarked || key.isUsed() || key.isSection()).as(key.path()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "litellm",
                "azure-middleware",
                "withering-tokens",
                "gemini-pool",
                "local-models"
            })
    void warnsOfNothingButUnsetVariables_inTheExamples(String name) {
        Path file = conf().resolve("examples").resolve(name + ".yaml");

        LoadedSettings loaded = new SettingsLoader(Map.of(), List.of()).load(file);

        assertThat(warnings(loaded)).allMatch(finding -> finding.contains("is not set"));
        assertThat(loaded.count(Severity.NOTE)).isZero();
        assertThat(loaded.settings().models()).isNotEmpty();
    }

    @Test
    void describesEveryKey_inTheSchema() throws IOException {
        JsonNode schema = new ObjectMapper().readTree(SchemaWriter.schema());

        assertThat(schema.path("$schema").asText())
                .isEqualTo("https://json-schema.org/draft/2020-12/schema");
        for (KeySpec key : KeyTable.instance().keys()) {
            assertThat(find(schema, key.path()).isMissingNode()).as(key.path()).isFalse();
        }
        assertThat(find(schema, "listen.port").path("maximum").asInt()).isEqualTo(65_535);
        assertThat(find(schema, "keys[].on_disconnect").path("pattern").asText())
                .startsWith("^(cancel|drain|drain:.+)$");
    }

    private static JsonNode find(JsonNode schema, String path) {
        JsonNode node = schema;
        for (String part : path.split("\\.", -1)) {
            String name = part.replace("[]", "");
            node =
                    name.endsWith("*")
                            ? node.path("patternProperties")
                                    .path('^' + name.substring(0, name.length() - 1))
                            : node.path("properties").path(name);
            if (part.endsWith("[]")) {
                node = node.path("items");
            }
        }
        return node;
    }
}
