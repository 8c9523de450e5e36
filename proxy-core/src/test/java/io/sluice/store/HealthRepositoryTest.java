package io.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HealthRepositoryTest {

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void keepsTheLastDocumentOfEachProcess(Engines engine) throws Exception {
        try (Database database = engine.migrated(folder)) {
            HealthRepository healths = new HealthRepository(database.admin());
            assertThat(healths.find("a")).isNull();

            healths.put("a", "{\"version\":1}", 1);
            healths.put("a", "{\"version\":2}", 2);
            healths.put("b", "{\"version\":3}", 3);

            assertThat(healths.find("a")).isEqualTo("{\"version\":2}");
            assertThat(healths.find("b")).isEqualTo("{\"version\":3}");
            assertThat(healths.find("new")).isEqualTo("{\"version\":3}");
        }
    }
}
