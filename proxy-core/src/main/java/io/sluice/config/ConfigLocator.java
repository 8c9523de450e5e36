package io.sluice.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the configuration is looked for when no file is named. Immutable. */
public final class ConfigLocator {

    private static final String NAME = "sluice.yaml";

    private final List<Path> candidates;

    /**
     * A locator for one process.
     *
     * @param environment its variables
     * @param workingDirectory where it was started
     * @param home the installation, or {@code null} if unknown
     */
    public ConfigLocator(
            Map<String, String> environment, Path workingDirectory, @Nullable Path home) {
        List<Path> places = new ArrayList<>();
        places.add(workingDirectory.resolve(NAME));
        String configHome = environment.get("XDG_CONFIG_HOME");
        String userHome = environment.get("HOME");
        if (configHome != null && !configHome.isEmpty()) {
            places.add(Path.of(configHome, "sluice", NAME));
        } else if (userHome != null && !userHome.isEmpty()) {
            places.add(Path.of(userHome, ".config", "sluice", NAME));
        }
        places.add(Path.of("/etc/sluice", NAME));
        if (home != null) {
            places.add(home.resolve("conf").resolve(NAME));
        }
        candidates = List.copyOf(places);
    }

    /** The locator of this process; the property {@code sluice.home} names the installation. */
    public static ConfigLocator ofProcess() {
        String home = System.getProperty("sluice.home");
        return new ConfigLocator(System.getenv(), Path.of(""), home == null ? null : Path.of(home));
    }

    /**
     * The outcome of a search.
     *
     * @param file the first file that is there, or {@code null} if none is
     * @param tried all files up to it
     */
    public record Location(@Nullable Path file, List<Path> tried) {

        public Location {
            tried = List.copyOf(tried);
        }

        /** One line that says which file was taken and which were tried before. */
        public String describe() {
            List<String> others =
                    tried.stream().filter(path -> !path.equals(file)).map(Path::toString).toList();
            String taken =
                    file == null
                            ? "no configuration file, defaults are used"
                            : "configuration: " + file;
            return others.isEmpty() ? taken : taken + " (tried " + String.join(", ", others) + ')';
        }
    }

    /** Looks for a file. */
    public Location locate() {
        List<Path> tried = new ArrayList<>();
        for (Path candidate : candidates) {
            tried.add(candidate);
            if (Files.isRegularFile(candidate)) {
                return new Location(candidate, tried);
            }
        }
        return new Location(null, tried);
    }
}
