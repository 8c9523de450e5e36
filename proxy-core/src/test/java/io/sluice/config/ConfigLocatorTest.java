package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLocatorTest {

    @TempDir Path folder;

    @Test
    void takesTheWorkingDirectoryFirst() throws IOException {
        Path file = write("work/sluice.yaml");
        write("config/sluice/sluice.yaml");

        ConfigLocator.Location location = locator().locate();

        assertThat(location.file()).isEqualTo(file);
        assertThat(location.describe()).isEqualTo("configuration: " + file);
    }

    @Test
    void takesTheUsersFolder_thenTheInstallation() throws IOException {
        Path installed = write("home/conf/sluice.yaml");

        assertThat(locator().locate().file()).isEqualTo(installed);
        assertThat(locator().locate().describe()).contains(" (tried ").contains("/etc/sluice/");

        Path users = write("config/sluice/sluice.yaml");

        assertThat(locator().locate().file()).isEqualTo(users);
    }

    @Test
    void looksInDotConfig_withoutXdg() throws IOException {
        Path users = write("user/.config/sluice/sluice.yaml");
        Map<String, String> environment = Map.of("HOME", folder.resolve("user").toString());

        assertThat(new ConfigLocator(environment, folder.resolve("work"), null).locate().file())
                .isEqualTo(users);
    }

    @Test
    void saysThatThereIsNone() {
        ConfigLocator locator = new ConfigLocator(Map.of(), folder, null);

        assertThat(locator.locate().describe()).startsWith("no configuration file");
    }

    private ConfigLocator locator() {
        return new ConfigLocator(
                Map.of("XDG_CONFIG_HOME", folder.resolve("config").toString()),
                folder.resolve("work"),
                folder.resolve("home"));
    }

    private Path write(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "");
    }
}
