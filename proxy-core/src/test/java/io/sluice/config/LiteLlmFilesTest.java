package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Files that LiteLLM's users have. */
class LiteLlmFilesTest {

    private static final String MISSING_INCLUDE = "config_with_missing_include.yaml";

    @TestFactory
    Stream<DynamicTest> loadsWithoutErrors_everyFileOfTheCorpus() {
        List<Path> files = corpus();
        assertThat(files).hasSizeGreaterThan(80);

        return files.stream()
                .map(file ->
                        DynamicTest.dynamicTest(
                                file.getFileName().toString(),
                                () -> assertThat(errors(file)).isEmpty()));
    }

    @Test
    void reportsAnError_whereAnIncludeIsMissing() {
        Path file = folder().resolve("include-set").resolve(MISSING_INCLUDE);

        LoadedSettings loaded = new SettingsLoader(Map.of(), List.of()).load(file);

        assertThat(loaded.findings())
                .filteredOn(finding -> finding.severity() == Severity.ERROR)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.line()).isEqualTo(2);
                    assertThat(finding.message()).contains("non-existent-file.yaml");
                });
    }

    private static List<String> errors(Path file) {
        return new SettingsLoader(Map.of(), List.of())
                .load(file).findings().stream()
                        .filter(finding -> finding.severity() == Severity.ERROR)
                        .map(Finding::render)
                        .toList();
    }

    private static List<Path> corpus() {
        try (Stream<Path> files = Files.walk(folder())) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.endsWith(MISSING_INCLUDE))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() {
        for (Path folder = Path.of("").toAbsolutePath();
                folder != null;
                folder = folder.getParent()) {
            Path configs = folder.resolve("shared/configs");
            if (Files.isDirectory(configs)) {
                return configs;
            }
        }
        Assumptions.abort("shared/configs is not here");
        return Path.of("");
    }
}
