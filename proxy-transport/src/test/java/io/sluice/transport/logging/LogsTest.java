package io.sluice.transport.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import io.sluice.config.LoggingSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;

class LogsTest {

    private final LoggerContext context = new LoggerContext();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    LogsTest() {
        context.setMDCAdapter(new LogbackMDCAdapter());
    }

    @Test
    void writesJsonWithPairsAsFields_forPrograms() {
        try (Logs _ = configure(LoggingSettings.DEFAULT, LogFormat.JSON)) {
            logger("io.sluice.test")
                    .atWarn()
                    .addKeyValue("id", "call-7")
                    .addKeyValue("attempt", 2)
                    .addKeyValue("level", "mine")
                    .addKeyValue("late", true)
                    .addKeyValue("none", (Object) null)
                    .log("target {} was\nslow", "a");
        }

        assertThat(text())
                .startsWith("{\"timestamp\":\"")
                .contains(
                        "\"level\":\"WARN\",\"logger\":\"io.sluice.test\",",
                        "\"message\":\"target a was\\nslow\",\"id\":\"call-7\",\"attempt\":2,"
                                + "\"level_\":\"mine\",\"late\":true,\"none\":null}")
                .endsWith("\n")
                .hasLineCount(1);
    }

    @Test
    void writesTrace_whereSomethingWasThrown() {
        try (Logs _ = configure(LoggingSettings.DEFAULT, LogFormat.JSON)) {
            logger("io.sluice.test").error("broken", new IllegalStateException("why"));
        }

        assertThat(text())
                .contains("\"exception\":\"java.lang.IllegalStateException: why")
                .hasLineCount(1);
    }

    @Test
    void writesOneLine_forPeople() {
        try (Logs _ = configure(LoggingSettings.DEFAULT, LogFormat.TEXT)) {
            logger("io.sluice.test").atInfo().addKeyValue("id", "c\nd").log("a\r\nb");
        }

        assertThat(text()).contains(" INFO  io.sluice.test a b id=\"c d\"").hasLineCount(1);
    }

    @Test
    void obeysConfiguredLevels_byPackage() {
        LoggingSettings settings =
                new LoggingSettings(
                        "warn", Map.of("io.sluice.loud", "debug"), "off", 1, null, 1 << 20, 1);
        try (Logs _ = configure(settings, LogFormat.TEXT)) {
            logger("io.sluice.quiet").info("hidden");
            logger("io.sluice.loud.inner").debug("shown");
        }

        assertThat(text()).contains("shown").doesNotContain("hidden");
    }

    @Test
    void changesWhatIsWritten_whenLevelIsSetWhileRunning() {
        try (Logs logs = configure(LoggingSettings.DEFAULT, LogFormat.TEXT)) {
            Logger logger = logger("io.sluice.some.place");
            logger.debug("one");
            logs.levels().set("io.sluice.some", "debug");
            logger.debug("two");
            logs.levels().reset("io.sluice.some");
            logger.debug("three");
            logs.levels().set(LogLevels.ROOT, "error");
            logger.info("four");
            logs.levels().reset(LogLevels.ROOT);
            logger.info("five");
        }

        assertThat(text()).contains("two", "five").doesNotContain("one", "three", "four");
    }

    @Test
    void showsLevels_asTheyAre() {
        LoggingSettings settings =
                new LoggingSettings("info", Map.of("a.b", "warn"), "off", 1, null, 1 << 20, 1);
        try (Logs logs = configure(settings, LogFormat.TEXT)) {
            logs.levels().set("a.b", "trace");
            logs.levels().set("c", "OFF");

            assertThat(logs.levels().levels())
                    .isEqualTo(Map.of("root", "info", "a.b", "trace", "c", "off"));
            assertThat(logs.levels().changed()).isEqualTo(Map.of("a.b", "trace", "c", "off"));
            assertThat(logs.levels().reset("a.b")).isTrue();
            assertThat(logs.levels().reset("a.b")).isFalse();
            assertThat(logs.levels().levels()).containsEntry("a.b", "warn");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a..b", ".a", "a b", "a/b", "<script>", "1a"})
    void refusesName_thatIsNoPackage(String name) {
        try (Logs logs = configure(LoggingSettings.DEFAULT, LogFormat.TEXT)) {
            assertThatThrownBy(() -> logs.levels().set(name, "debug"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesLevel_thatIsUnknown() {
        try (Logs logs = configure(LoggingSettings.DEFAULT, LogFormat.TEXT)) {
            assertThatThrownBy(() -> logs.levels().set("a", "loud"))
                    .hasMessage("level must be trace, debug, info, warn, error or off");
        }
    }

    @Test
    void boundsChangedPackages() {
        try (Logs logs = configure(LoggingSettings.DEFAULT, LogFormat.TEXT)) {
            for (int i = 0; i < 200; i++) {
                logs.levels().set("p" + i, "debug");
            }
            logs.levels().set("p7", "warn");

            assertThatThrownBy(() -> logs.levels().set("more", "debug"))
                    .hasMessageContaining("200 packages");
        }
    }

    @Test
    void writesJsonToFile_whereOneIsNamed(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("gateway.log");
        LoggingSettings settings =
                new LoggingSettings("info", Map.of(), "off", 1, file.toString(), 500, 3);
        try (Logs logs = configure(settings, LogFormat.TEXT)) {
            for (int i = 0; i < 500; i++) {
                logger("io.sluice.test").info("line {}", i);
            }
            assertThat(logs.dropped()).isZero();
        }

        assertThat(text()).isEmpty();
        assertThat(Files.readAllLines(file).getLast()).contains("\"message\":\"line 499\"");
        assertThat(folder.resolve("gateway.log.1")).exists();
    }

    @Test
    void saysSo_whenFileCannotBeWritten(@TempDir Path folder) {
        LoggingSettings settings =
                new LoggingSettings("info", Map.of(), "off", 1, folder.toString(), 500, 3);

        assertThatThrownBy(() -> configure(settings, LogFormat.TEXT))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(folder.toString());
    }

    @Test
    void refusesOneFile_forBothLogs() {
        LoggingSettings settings =
                new LoggingSettings("info", Map.of(), "x.log", 1, "x.log", 500, 3);

        assertThatThrownBy(() -> configure(settings, LogFormat.TEXT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x.log");
    }

    @ParameterizedTest
    @CsvSource({
        "/dev/pts/3, true",
        "/dev/tty1, true",
        "/dev/console, true",
        "pipe:[123], false",
        "socket:[9], false",
        "/dev/null, false",
        "/var/log/x, false"
    })
    void knowsTerminal_byItsDevice(String device, boolean terminal) {
        assertThat(LogFormat.isTerminal(device)).isEqualTo(terminal);
    }

    @Test
    void speaksQuietly_beforeItIsConfigured() {
        LoggerContext fresh = new LoggerContext();
        QuietConfigurator quiet = new QuietConfigurator();
        quiet.setContext(fresh);
        quiet.configure(fresh);

        assertThat(fresh.getLogger("io.netty.anything").isInfoEnabled()).isFalse();
        assertThat(fresh.getLogger("io.netty.anything").isWarnEnabled()).isTrue();
    }

    private Logs configure(LoggingSettings settings, LogFormat format) {
        return Logs.configure(context, settings, format, OutputStream.nullOutputStream(), err);
    }

    private Logger logger(String name) {
        return context.getLogger(name);
    }

    private String text() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
