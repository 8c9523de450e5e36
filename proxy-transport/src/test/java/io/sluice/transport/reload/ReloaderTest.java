package io.sluice.transport.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.LoadedSettings;
import io.sluice.config.SettingsChange;
import io.sluice.config.SettingsLoader;
import io.sluice.transport.reload.ReloadResult.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloaderTest {

    @TempDir private Path folder;
    private final List<LoadedSettings> installed = new ArrayList<>();
    private @Nullable IOException refusal;
    private Path file;
    private Reloader reloader;

    @BeforeEach
    void start() throws IOException {
        file = Files.writeString(folder.resolve("sluice.yaml"), "timeouts: {total: 1s}\n");
        SettingsSource source = new SettingsSource(new SettingsLoader(Map.of(), List.of()), file);
        reloader =
                new Reloader(
                        source,
                        source.load(),
                        this::install,
                        InstantSource.fixed(Instant.EPOCH),
                        new ConfigHistory(
                                folder.resolve("history"),
                                text -> new StringBuilder(text).reverse().toString(),
                                text -> new StringBuilder(text).reverse().toString()));
    }

    private void install(LoadedSettings loaded) throws IOException {
        if (refusal != null) {
            throw refusal;
        }
        installed.add(loaded);
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    @Test
    void putsAChangeInForce_andSaysWhatItIs() throws IOException {
        write("timeouts: {total: 2s}\n");

        ReloadResult result = reloader.reload("test");

        assertThat(result.outcome()).isEqualTo(Outcome.CHANGED);
        assertThat(result.generation()).isEqualTo(2);
        assertThat(result.author()).isEqualTo("test");
        assertThat(result.changes())
                .containsExactly(new SettingsChange("timeouts.total", "1s", "2s"));
        assertThat(result.restart()).isEmpty();
        assertThat(installed).hasSize(1);
    }

    @Test
    void changesNothing_whereTheFileSaysTheSame() throws IOException {
        write("# the same\ntimeouts: {total: 1s}\n");

        assertThat(reloader.reload("test").outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(reloader.generation()).isEqualTo(1);
        assertThat(installed).isEmpty();
    }

    @Test
    void changesNothing_whereTheFileIsInvalid_andSaysWhereItIsWrong() throws IOException {
        write("timeouts: {total: soon}\n");

        ReloadResult result = reloader.reload("test");

        assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(result.generation()).isEqualTo(1);
        assertThat(result.reason()).contains("sluice.yaml:1").contains("timeouts.total");
        assertThat(installed).isEmpty();
        assertThat(reloader.last()).isEqualTo(result);
    }

    @Test
    void changesNothing_whereTheFileIsGone() throws IOException {
        Files.delete(file);

        assertThat(reloader.reload("test").outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(installed).isEmpty();
    }

    @Test
    void changesNothing_whereItCannotBeBuilt() throws IOException {
        refusal = new IOException("no such price file");
        write("timeouts: {total: 2s}\n");

        ReloadResult result = reloader.reload("test");

        assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(result.reason()).isEqualTo("no such price file");
        assertThat(reloader.generation()).isEqualTo(1);
        refusal = null;
        assertThat(reloader.reload("test").outcome()).isEqualTo(Outcome.CHANGED);
    }

    @Test
    void saysWhatCountsFromTheNextStartOn() throws IOException {
        write("timeouts: {total: 1s}\nlisten: {port: 4321}\nledger: {sync: 1s}\n");

        assertThat(reloader.reload("test").restart())
                .containsExactlyInAnyOrder("listen.port", "ledger.sync");
    }

    @Test
    void saysBeforehandWhatWouldChange() throws IOException {
        write("timeouts: {total: 3s}\n");

        assertThat(reloader.diff()).hasSize(1);
        assertThat(reloader.generation()).isEqualTo(1);
    }

    @Test
    void keepsTheLastTen_eachOnce() throws IOException {
        for (int i = 2; i < 16; i++) {
            write("timeouts: {total: " + i + "s}\n");
            reloader.reload("test");
            reloader.reload("again");
        }

        assertThat(reloader.history()).hasSize(ConfigHistory.KEPT);
        assertThat(reloader.history().getFirst().number()).isEqualTo(15);
        assertThat(reloader.history()).allMatch(entry -> entry.author().equals("test"));
    }

    @Test
    void takesTheLastChangeBack_inItsFilesToo() throws IOException {
        write("include: [more.yaml]\n");
        Path included = Files.writeString(folder.resolve("more.yaml"), "timeouts: {total: 5s}\n");
        reloader.reload("test");
        Files.writeString(included, "timeouts: {total: 6s}\n");
        reloader.reload("test");

        ReloadResult result = reloader.rollBack(null, "rollback");

        assertThat(result).isNotNull();
        assertThat(result.outcome()).isEqualTo(Outcome.CHANGED);
        assertThat(result.changes())
                .containsExactly(new SettingsChange("timeouts.total", "6s", "5s"));
        assertThat(included).hasContent("timeouts: {total: 5s}");
        assertThat(reloader.history().getFirst().author()).isEqualTo("rollback");
    }

    @Test
    void changesNothing_whereWhatWasKeptCannotBeUsedAnyMore() throws IOException {
        Path secret = Files.writeString(folder.resolve("key"), "sk-12345678");
        write("general_settings: {master_key: \"${file:key}\"}\n");
        reloader.reload("test");
        write("timeouts: {total: 6s}\n");
        reloader.reload("test");
        Files.delete(secret);

        ReloadResult result = reloader.rollBack(null, "rollback");

        assertThat(result).isNotNull();
        assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(file).hasContent("timeouts: {total: 6s}");
    }

    @Test
    void knowsNoConfiguration_thatWasNeverInForce() {
        assertThat(reloader.rollBack(99L, "rollback")).isNull();
        assertThat(reloader.rollBack(null, "rollback")).isNull();
    }

    @Test
    void watchesAllFiles_thatItIsMadeOf() throws IOException {
        Path included = Files.writeString(folder.resolve("more.yaml"), "{}");
        Path secret = Files.writeString(folder.resolve("key"), "sk-12345678");
        write("include: [more.yaml]\ngeneral_settings: {master_key: \"${file:key}\"}\n");
        reloader.reload("test");

        assertThat(reloader.files())
                .contains(
                        file.toAbsolutePath(), included.toAbsolutePath(), secret.toAbsolutePath());
    }

    @Test
    void seesAFile_thatAnEditorPutsInItsPlace() throws IOException {
        List<String> seen = new ArrayList<>();
        FileWatch watch = new FileWatch(reloader::files, () -> seen.add("change"));
        Path beside = Files.writeString(folder.resolve("sluice.yaml~"), "timeouts: {total: 9s}\n");
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);

        watch.look();
        assertThat(seen).as("it may still be written").isEmpty();
        watch.look();
        assertThat(seen).hasSize(1);
        watch.look();
        assertThat(seen).hasSize(1);
        watch.close();
    }

    @Test
    void seesAFile_thatBecomesPartOfIt_onlyWhenThatChanges() throws IOException {
        List<ReloadResult> results = new ArrayList<>();
        FileWatch watch =
                new FileWatch(reloader::files, () -> results.add(reloader.reload("file")));
        Path included = Files.writeString(folder.resolve("more.yaml"), "{}");
        write("include: [more.yaml]\n");
        watch.look();
        watch.look();
        assertThat(results).hasSize(1);

        Files.writeString(included, "timeouts: {total: 7s}\n");
        watch.look();
        watch.look();
        watch.look();

        assertThat(results).hasSize(2);
        assertThat(results.getLast().changes())
                .containsExactly(new SettingsChange("timeouts.total", "null", "7s"));
        watch.close();
    }
}
