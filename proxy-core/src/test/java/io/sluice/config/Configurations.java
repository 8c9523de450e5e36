package io.sluice.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Configurations for tests. */
final class Configurations {

    private static final Path FILE = Path.of("test.yaml");

    private Configurations() {}

    static LoadedSettings load(String yaml) {
        return load(yaml, Map.of());
    }

    static LoadedSettings load(String yaml, Map<String, String> environment) {
        return new SettingsLoader(environment, List.of())
                .load(FILE, yaml.getBytes(StandardCharsets.UTF_8));
    }

    /** The findings of at least the given severity, as {@code line: message}. */
    static List<String> findings(LoadedSettings loaded, Severity least) {
        return loaded.findings().stream()
                .filter(finding -> finding.severity().compareTo(least) <= 0)
                .map(finding -> finding.line() + ": " + finding.message())
                .toList();
    }

    static List<String> errors(LoadedSettings loaded) {
        return findings(loaded, Severity.ERROR);
    }

    static List<String> warnings(LoadedSettings loaded) {
        return findings(loaded, Severity.WARNING);
    }

    static EffectiveValue value(LoadedSettings loaded, String path) {
        return loaded.values().stream()
                .filter(value -> value.path().equals(path))
                .findFirst()
                .orElseThrow();
    }

    /** The folder {@code conf} of the repository. */
    static Path conf() {
        for (Path folder = Path.of("").toAbsolutePath();
                folder != null;
                folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve("conf/sluice.yaml"))) {
                return folder.resolve("conf");
            }
        }
        throw new IllegalStateException("no folder conf above the working directory");
    }
}
