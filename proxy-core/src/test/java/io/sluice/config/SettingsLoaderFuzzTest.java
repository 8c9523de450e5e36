package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Loading takes any bytes. */
class SettingsLoaderFuzzTest {

    @FuzzTest(maxDuration = "60s")
    void findsFaultsOrSettings_inAnyBytes(byte[] bytes) {
        LoadedSettings loaded =
                new SettingsLoader(Map.of(), List.of()).load(Path.of("fuzz.yaml"), bytes);

        loaded.findings().forEach(finding -> assertThat(finding.render()).isNotEmpty());
        assertThat(loaded.digest()).hasSize(64);
    }
}
