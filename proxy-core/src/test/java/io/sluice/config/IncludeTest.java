package io.sluice.config;

import static io.sluice.config.Configurations.errors;
import static io.sluice.config.Configurations.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncludeTest {

    @TempDir Path folder;

    @Test
    void joinsListsAndMergesSections() throws IOException {
        write("sub/models.yaml", "model_list: [{model_name: b, litellm_params: {model: m}}]");
        write("more.yaml", "router_settings: {num_retries: 4, timeout: 9}");

        LoadedSettings loaded =
                load(
                        """
                        include: [sub/models.yaml, more.yaml]
                        model_list: [{model_name: a, litellm_params: {model: m}}]
                        router_settings: {num_retries: 1, retry_after: 2}
                        """);

        assertThat(loaded.settings().models())
                .extracting(ModelEntry::name)
                .containsExactly("a", "b");
        assertThat(loaded.settings().router().retries()).isEqualTo(4);
        assertThat(loaded.settings().router().retryAfter()).hasSeconds(2);
        assertThat(warnings(loaded))
                .singleElement()
                .asString()
                .contains("num_retries is set in")
                .endsWith("this one counts");
    }

    @Test
    void looksBesideTheIncludingFile() throws IOException {
        write("sub/first.yaml", "include: second.yaml");
        write("sub/second.yaml", "listen: {port: 77}");

        assertThat(load("include: sub/first.yaml").settings().listen().port()).isEqualTo(77);
    }

    @Test
    void refusesCircles() throws IOException {
        write("a.yaml", "include: [main.yaml]");

        assertThat(errors(load("include: [a.yaml]")))
                .singleElement()
                .asString()
                .contains("include makes a circle");
    }

    @Test
    void reportsFaults_inTheIncludedFile() throws IOException {
        write("a.yaml", "listen:\n  port: many");

        Finding finding = load("include: [a.yaml]").findings().getFirst();

        assertThat(finding.position()).endsWith("a.yaml:2:9");
        assertThat(finding.source()).isEqualTo("  port: many");
    }

    private LoadedSettings load(String yaml) throws IOException {
        return new SettingsLoader(Map.of(), List.of()).load(write("main.yaml", yaml));
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
