package io.sluice.config;

import static io.sluice.config.Configurations.errors;
import static io.sluice.config.Configurations.load;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlReaderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    a: [b                 | this is not YAML
                    a: *b                 | an alias without an anchor before it
                    a: &x [*x]            | an alias without an anchor before it
                    <<: 1                 | << takes a mapping
                    <<: [1]               | << takes a mapping
                    {[a]: b}              | a key that is not a single value
                    {{a: b}: c}           | a key that is not a single value
                    text                  | a configuration is a mapping
                    [a]                   | a configuration is a mapping
                    a: b: c               | this is not YAML
                    """)
    void reportsWhatCannotBeRead(String yaml, String message) {
        assertThat(errors(load(yaml))).singleElement().asString().contains(message);
    }

    @Test
    void refusesASecondDocument() {
        assertThat(errors(load("a: b\n---\nc: d"))).singleElement().asString().contains("second");
    }

    @Test
    void refusesDepthAndWeight() {
        assertThat(errors(load("a: " + "[".repeat(5000)))).hasSize(1);

        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 60; i++) {
            laughs.append("a%d: &a%d [*a%d, *a%d]%n".formatted(i, i, i - 1, i - 1));
        }
        assertThat(errors(load(laughs.toString())))
                .singleElement()
                .asString()
                .contains("aliases make this too large");
    }

    @Test
    void refusesWhatIsNotUtf8OrTooLong() {
        assertThat(errors(bytes(new byte[] {'a', ':', (byte) 0xff})))
                .containsExactly("1: the file is not UTF-8");
        assertThat(errors(bytes(new byte[YamlReader.MAX_BYTES + 1])))
                .containsExactly("1: the file is larger than 8 MiB");
        assertThat(errors(load("a: \u0000"))).hasSize(1);
    }

    @Test
    void takesByteOrderMarkAndQuotedReferences() {
        LoadedSettings loaded = load("\uFEFFlisten: {host: ${env:H:-a[0]}, tls: {}}", Map.of());

        assertThat(loaded.findings()).isEmpty();
        assertThat(loaded.settings().listen().host()).isEqualTo("a[0]");
    }

    private static LoadedSettings bytes(byte[] bytes) {
        return new SettingsLoader(Map.of(), List.of()).load(Path.of("test.yaml"), bytes);
    }
}
