package io.sluice.transport.reload;

import io.sluice.config.LoadedSettings;
import io.sluice.config.SettingsLoader;
import io.sluice.config.SourceFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a configuration is read from: a file, the environment and the flags of the start.
 *
 * <p>Blocks; not safe for use by several threads at once.
 */
public final class SettingsSource {

    private final SettingsLoader loader;
    private final @Nullable Path file;

    /**
     * A source.
     *
     * @param file {@code null} where there is none, and environment and flags are all
     */
    public SettingsSource(SettingsLoader loader, @Nullable Path file) {
        this.loader = loader;
        this.file = file;
    }

    /** The file that the others are included in. */
    public @Nullable Path file() {
        return file;
    }

    /** What is said now. */
    public LoadedSettings load() {
        return loader.load(file);
    }

    /** What would be said if files had these contents. */
    LoadedSettings load(List<SourceFile> contents) {
        return file == null ? loader.load(null) : loader.load(file, contents);
    }
}
