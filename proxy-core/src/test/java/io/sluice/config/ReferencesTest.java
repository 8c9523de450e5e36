package io.sluice.config;

import static io.sluice.config.Configurations.errors;
import static io.sluice.config.Configurations.load;
import static io.sluice.config.Configurations.value;
import static io.sluice.config.Configurations.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferencesTest {

    @TempDir Path folder;

    @Test
    void replacesVariables_alsoInsideOfStrings() {
        LoadedSettings loaded =
                load(
                        "listen: {host: 'a-${env:X}-${env:Y:-d,e}', port: ${env:P:-81}}",
                        Map.of("X", "b"));

        assertThat(loaded.settings().listen().host()).isEqualTo("a-b-d,e");
        assertThat(loaded.settings().listen().port()).isEqualTo(81);
    }

    @Test
    void takesTheDefault_whereAVariableIsEmpty() {
        assertThat(load("listen: {host: ${env:X:-d}}", Map.of("X", "")).settings().listen().host())
                .isEqualTo("d");
    }

    @Test
    void keepsAReference_thatIsEscaped() {
        assertThat(load("listen: {host: '$${env:X}'}").settings().listen().host())
                .isEqualTo("${env:X}");
    }

    @Test
    void readsFilesAndCredentials_withoutTheirLastLineEnd() throws IOException {
        Files.writeString(folder.resolve("key"), "sk-from-file\n");
        Files.writeString(folder.resolve("cred"), "sk-from-cred\r\n");
        Path file =
                Files.writeString(
                        folder.resolve("sluice.yaml"),
                        """
                        keys:
                          - {alias: a, key: ${file:key}}
                          - {alias: b, key: ${cred:cred}}
                        listen: {host: "${file:key}"}
                        """);
        Map<String, String> environment = Map.of("CREDENTIALS_DIRECTORY", folder.toString());

        LoadedSettings loaded = new SettingsLoader(environment, List.of()).load(file);

        assertThat(loaded.settings().keys())
                .extracting(key -> key.key().reveal())
                .containsExactly("sk-from-file", "sk-from-cred");
        assertThat(value(loaded, "listen.host").text()).isEqualTo("***");
    }

    @Test
    void refusesReferencesThatLeadNowhere() {
        LoadedSettings loaded =
                load(
                        """
                        listen: {host: "${file:/nowhere/at/all}"}
                        admin: {host: "${cred:x}"}
                        state_dir: ${env:}
                        """);

        assertThat(errors(loaded))
                .containsExactly(
                        "1: ${file:/nowhere/at/all} cannot be read",
                        "2: ${cred:x}: CREDENTIALS_DIRECTORY is not set",
                        "3: ${env:} names no variable");
    }

    @Test
    void refusesCredentialNames_thatLeaveTheFolder() {
        LoadedSettings loaded =
                load(
                        "listen: {host: \"${cred:../x}\"}",
                        Map.of("CREDENTIALS_DIRECTORY", folder.toString()));

        assertThat(errors(loaded))
                .containsExactly("1: ${cred:../x} is not the name of a credential");
    }

    @Test
    void takesLiteLlmsSpelling() {
        LoadedSettings loaded =
                load(
                        """
                        model_list:
                          - model_name: a
                            litellm_params: {model: m, api_key: os.environ/K, api_base: $BASE}
                        """,
                        Map.of("K", "sk-1", "BASE", "http://h/v1"));

        ModelEntry model = loaded.settings().models().getFirst();
        assertThat(model.apiKey()).isEqualTo(Secret.of("sk-1"));
        assertThat(model.apiBase()).isEqualTo("http://h/v1");
    }

    @Test
    void warnsOnce_ofAVariableThatIsNotSet() {
        LoadedSettings loaded =
                load("listen: {host: ${env:H}}\nadmin: {host: ${env:H}}\nstate_dir: ${env:H}");

        assertThat(warnings(loaded))
                .containsExactly("1: the environment variable H is not set (and in 2 more places)");
        assertThat(loaded.settings().listen()).isEqualTo(ListenSettings.DEFAULT);
    }

    @Test
    void letsTheEnvironmentWin_overTheFileOverTheDefaults() throws IOException {
        Files.writeString(folder.resolve("vars"), "A=file\nB=file # c\nexport D=\"x y\"\n");
        Path file =
                Files.writeString(
                        folder.resolve("sluice.yaml"),
                        """
                        env_file: vars
                        environment_variables: {A: default, B: default, C: default}
                        cors:
                          allowed_origins: ["${env:A}", "${env:B}", "${env:C}", "${env:D}"]
                        """);

        LoadedSettings loaded = new SettingsLoader(Map.of("A", "real"), List.of()).load(file);

        assertThat(loaded.settings().cors().allowedOrigins())
                .containsExactly("real", "file", "default", "x y");
    }

    @Test
    void readsTheFileBesideIt_onlyForLiteLlmsSpelling() throws IOException {
        Files.writeString(folder.resolve(".env"), "KEY_OF_FILE=sk-12345678\nnonsense\n");
        String models = "model_list: [{model_name: a, litellm_params: {model: m, api_key: %s}}]";

        LoadedSettings asked = loadIn(folder, models.formatted("os.environ/KEY_OF_FILE"));
        LoadedSettings notAsked = loadIn(folder, models.formatted("\"${env:KEY_OF_FILE}\""));

        assertThat(asked.settings().models().getFirst().apiKey())
                .isEqualTo(Secret.of("sk-12345678"));
        assertThat(warnings(asked)).containsExactly("2: not a line of the form NAME=value");
        assertThat(notAsked.settings().models().getFirst().unusable())
                .isEqualTo("credential_missing: api_key: KEY_OF_FILE is not set");
    }

    @Test
    void reportsAnEnvironmentFileThatIsNotThere() throws IOException {
        assertThat(errors(loadIn(folder, "env_file: none"))).hasSize(1);
    }

    private static LoadedSettings loadIn(Path folder, String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("sluice.yaml"), yaml);
        return new SettingsLoader(Map.of(), List.of()).load(file);
    }
}
