package io.sluice.config;

import static io.sluice.config.Configurations.errors;
import static io.sluice.config.Configurations.load;
import static io.sluice.config.Configurations.value;
import static io.sluice.config.Configurations.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsLoaderTest {

    @TempDir Path folder;

    @Test
    void takesTrustedCertificates_fromEitherKey() throws IOException {
        Path authority = Files.writeString(folder.resolve("ca.pem"), "x");
        Path file = folder.resolve("c.yaml");

        Files.writeString(file, "upstream: {trusted_certificates: ca.pem}");
        assertThat(trusted(file)).isEqualTo(authority);
        Files.writeString(file, "litellm_settings: {ssl_verify: ca.pem}");
        assertThat(trusted(file)).isEqualTo(authority);
        Files.writeString(file, "litellm_settings: {ssl_verify: true}");
        assertThat(trusted(file)).isNull();
    }

    @Test
    void checksCertificatesAllTheSame_whenSslVerifyCannotBeHonoured() {
        for (String verify : List.of("false", "nowhere.pem")) {
            LoadedSettings loaded = load("litellm_settings: {ssl_verify: " + verify + "}");

            assertThat(loaded.settings().upstream().trustedCertificates()).isNull();
            assertThat(errors(loaded)).isEmpty();
            assertThat(warnings(loaded)).hasSize(1);
        }
        assertThat(errors(load("upstream: {trusted_certificates: nowhere.pem}"))).hasSize(1);
    }

    private static @Nullable Path trusted(Path file) {
        LoadedSettings loaded = new SettingsLoader(Map.of(), List.of()).load(file);
        assertThat(warnings(loaded)).isEmpty();
        return loaded.settings().upstream().trustedCertificates();
    }

    @Test
    void givesDefaults_whereNothingIsSaid() {
        LoadedSettings loaded = load("");

        assertThat(loaded.settings()).isEqualTo(Settings.defaults());
        assertThat(loaded.findings()).isEmpty();
    }

    @Test
    void givesDefaults_withoutAFile() {
        LoadedSettings loaded = new SettingsLoader(Map.of(), List.of()).load(null);

        assertThat(loaded.settings()).isEqualTo(Settings.defaults());
    }

    @Test
    void reportsAllFaultsAtOnce_inTheOrderOfLines() {
        LoadedSettings loaded =
                load(
                        """
                        listen: {port: 70000}
                        timeout: {connect: 5s}
                        timeouts:
                          connect: 30
                          frist_byte: 10s
                        logging: {level: inof}
                        """);

        assertThat(warnings(loaded))
                .containsExactly(
                        "1: listen.port must be between 0 and 65535",
                        "2: unknown key timeout at the top level",
                        "4: timeouts.connect takes a time such as 500ms, 30s or 10m",
                        "5: unknown key frist_byte in timeouts",
                        "6: logging.level takes one of trace, debug, info, warn, error");
    }

    @Test
    void rendersPositionLineCaretAndHint() {
        Finding finding = load("timeouts:\n  frist_byte: 10s\n").findings().getFirst();

        assertThat(finding.render())
                .isEqualTo(
                        """
                        test.yaml:2:3: warning: unknown key frist_byte in timeouts
                              frist_byte: ***
                              ^
                            hint: did you mean first_byte?\
                        """);
    }

    @Test
    void saysWhereAKeyBelongs_whereItStandsOneLevelTooHigh() {
        LoadedSettings loaded = load("model_list: [{model_name: a, api_base: http://x}]");

        assertThat(loaded.findings())
                .extracting(Finding::hint)
                .contains("it belongs under model_list[].litellm_params");
    }

    @Test
    void takesTheContractsExample() {
        LoadedSettings loaded =
                load(
                        """
                        model_list: []
                        general_settings:
                          master_key: null
                          salt_key: null
                        listen: {host: 127.0.0.1, port: 4000, tls: {certificate: null, private_key: null}}
                        admin: {host: 127.0.0.1, port: 4001, also_on_data_listener: false}
                        state_dir: ./state
                        database: {url: null, serve_stale: 10m}
                        keys:
                          - {alias: ci, key: ${env:CI_KEY}, models: [gpt-*], limits: {requests_per_minute: 60}, budget: {amount: 1 USD, window: day, mode: hard}}
                        limits: {body_bytes: 32MiB, buffered_bytes: null, head_bytes: 64KiB, connections: 20000, connections_per_address: null,
                                 requests_per_minute: null, tokens_per_minute: null, parallel: null}
                        budgets: {default_mode: soft}
                        budget: null
                        prices: {file: null, unknown: flag, rates: {EUR: 1.10}}
                        timeouts: {connect: 10s, first_byte: 300s, between_chunks: 300s, total: null, drain: 10m, client_head: 10s, client_body: 60s, client_idle: 75s}
                        upstream: {connections_per_target: 20000, idle: 60s, lifetime: 1h, waiting: 1000}
                        streaming: {ping_after: 15s, early_commit: false}
                        on_disconnect: cancel
                        ledger: {enabled: true, ring_bytes: 64MiB, journal_bytes: 4GiB, sync: 50ms, when_full: refuse}
                        logging: {level: info, access: stdout}
                        """,
                        Map.of("CI_KEY", "sk-ci-123456"));

        assertThat(warnings(loaded)).isEmpty();
        assertThat(loaded.settings().keys())
                .containsExactly(
                        new KeyEntry(
                                "ci",
                                Secret.of("sk-ci-123456"),
                                List.of("gpt-*"),
                                new AccountLimits(
                                        List.of(
                                                new AccountLimits.Rate(
                                                        AccountLimits.Unit.REQUESTS,
                                                        Duration.ofMinutes(1),
                                                        60)),
                                        null),
                                new BudgetEntry(
                                        BigDecimal.ONE,
                                        "USD",
                                        BudgetWindow.DAY,
                                        ZoneId.of("UTC"),
                                        BudgetMode.HARD,
                                        null),
                                Map.of(),
                                null));
    }

    @Test
    void letsFlagWinOverEnvironmentOverFile() {
        String yaml = "listen: {host: a, port: 1}\nadmin: {port: 2}";
        Map<String, String> environment =
                Map.of("SLUICE__LISTEN__PORT", "11", "SLUICE__ADMIN__PORT", "12");
        SettingsLoader.Flag flag = new SettingsLoader.Flag("--port", "listen.port", "21");

        LoadedSettings loaded =
                new SettingsLoader(environment, List.of(flag))
                        .load(Path.of("f.yaml"), yaml.getBytes(StandardCharsets.UTF_8));

        assertThat(value(loaded, "listen.port"))
                .isEqualTo(new EffectiveValue("listen.port", "21", "flag --port", true));
        assertThat(value(loaded, "admin.port").origin()).isEqualTo("env SLUICE__ADMIN__PORT");
        assertThat(value(loaded, "listen.host").origin()).isEqualTo("f.yaml:1");
        assertThat(value(loaded, "state_dir").origin()).isEqualTo("default");
        assertThat(loaded.settings().listen().port()).isEqualTo(21);
    }

    @Test
    void setsListElementsAndFlowValues_fromTheEnvironment() {
        LoadedSettings loaded =
                load(
                        "keys: [{alias: a, key: sk-aaaaaaaa}]",
                        Map.of(
                                "SLUICE__KEYS__0__ALIAS", "b",
                                "SLUICE__KEYS__1__ALIAS", "c",
                                "SLUICE__KEYS__1__KEY", "*#: odd key",
                                "SLUICE__KEYS__1__MODELS", "[x-*, 'y*']",
                                "SLUICE__CORS__ALLOWED_ORIGINS", "https://a.example"));

        assertThat(errors(loaded)).isEmpty();
        assertThat(loaded.settings().keys())
                .containsExactly(
                        new KeyEntry("b", Secret.of("sk-aaaaaaaa"), List.of()),
                        new KeyEntry("c", Secret.of("*#: odd key"), List.of("x-*", "y*")));
        assertThat(loaded.settings().cors().allowedOrigins()).containsExactly("https://a.example");
    }

    @Test
    void setsTenthElementAfterSecond_fromTheEnvironment() {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < 12; i++) {
            environment.put("SLUICE__CORS__ALLOWED_ORIGINS__" + i, "o" + i);
        }

        LoadedSettings loaded = load("", environment);

        assertThat(loaded.settings().cors().allowedOrigins())
                .hasSize(12)
                .endsWith("o9", "o10", "o11");
    }

    @Test
    void reportsUnknownKeysOfTheEnvironment() {
        LoadedSettings loaded =
                load("", Map.of("SLUICE__LISTNE__PORT", "1", "SLUICE__KEYS__5__ALIAS", "x"));

        assertThat(loaded.findings())
                .extracting(Finding::render)
                .containsExactlyInAnyOrder(
                        "env SLUICE__LISTNE__PORT: warning: unknown key listne at the top level\n"
                                + "    hint: did you mean listen?",
                        "env SLUICE__KEYS__5__ALIAS: error: no element 5 in a list\n"
                                + "    hint: the next element is number 0");
    }

    @Test
    void letsListenPortWin_overGeneralSettings() {
        assertThat(load("general_settings: {port: 5000}").settings().listen().port())
                .isEqualTo(5000);
        assertThat(
                        load("general_settings: {port: 5000}\nlisten: {port: 6000}")
                                .settings()
                                .listen()
                                .port())
                .isEqualTo(6000);
    }

    @Test
    void takesStateDirectory_ofSystemd() {
        Map<String, String> environment = Map.of("STATE_DIRECTORY", "/var/lib/sluice:/x");

        assertThat(load("", environment).settings().stateDir())
                .isEqualTo(Path.of("/var/lib/sluice"));
        assertThat(load("state_dir: here", environment).settings().stateDir())
                .isEqualTo(Path.of("here"));
    }

    @Test
    void takesRetriesAndTimeout_ofLiteLlmSettings() {
        RouterSettings router =
                load("litellm_settings: {num_retries: 5, request_timeout: 60}").settings().router();

        assertThat(router.retries()).isEqualTo(5);
        assertThat(router.timeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(
                        load("litellm_settings: {num_retries: 5}\nrouter_settings: {num_retries: 0}")
                                .settings()
                                .router()
                                .retries())
                .isZero();
    }

    @Test
    void refusesDuplicates_inItsOwnSectionsOnly() {
        LoadedSettings loaded =
                load(
                        """
                        listen:
                          port: 1
                          port: 2
                        router_settings:
                          num_retries: 1
                          num_retries: 3
                        """);

        assertThat(errors(loaded)).containsExactly("2: duplicate key port; the last one counts");
        assertThat(warnings(loaded)).contains("5: duplicate key num_retries; the last one counts");
        assertThat(loaded.settings().router().retries()).isEqualTo(3);
    }

    @Test
    void takesYesAndNo_whereABooleanIsExpected() {
        assertThat(load("streaming: {early_commit: yes}").settings().streaming().earlyCommit())
                .isTrue();
        assertThat(load("streaming: {early_commit: False}").findings()).isEmpty();
        assertThat(errors(load("streaming: {early_commit: maybe}")))
                .containsExactly("1: streaming.early_commit takes true or false");
    }

    @Test
    void reportsWrongKinds_asErrorsInItsOwnSectionsAndWarningsInLiteLlms() {
        LoadedSettings loaded =
                load(
                        """
                        listen: 4000
                        cors: {allowed_origins: "*"}
                        keys: {a: b}
                        logging: {levels: [a], level: {a: b}}
                        router_settings: [1]
                        environment_variables: x
                        """);

        assertThat(errors(loaded))
                .containsExactly(
                        "1: listen takes a mapping, this is a single value",
                        "2: cors.allowed_origins takes a list of strings, this is a single value",
                        "3: keys takes a list of mappings, this is a mapping",
                        "4: logging.levels takes a mapping of strings, this is a list",
                        "4: logging.level takes one of a few words, this is a mapping");
        assertThat(warnings(loaded))
                .contains(
                        "5: router_settings takes a mapping, this is a list",
                        "6: environment_variables takes a mapping of strings, this is a single"
                                + " value");
    }

    @Test
    void checksKeysAgainstEachOther() {
        LoadedSettings loaded =
                load(
                        """
                        keys:
                          - {alias: a, key: sk-aaaaaaaa}
                          - {alias: a, key: sk-bbbbbbbb}
                          - {alias: c, key: sk-aaaaaaaa}
                          - {alias: d, key: short}
                          - {key: sk-eeeeeeee}
                          - {alias: f}
                          - {alias: g, key: ${env:UNSET}}
                          - nonsense
                        """);

        assertThat(errors(loaded))
                .containsExactly(
                        "3: the alias a is already defined at test.yaml:2",
                        "4: this key is already defined at test.yaml:2",
                        "5: a key needs at least 8 characters",
                        "6: keys[4] has no alias",
                        "7: keys[5] has no key",
                        "9: keys takes mappings, this is a single value");
        assertThat(warnings(loaded)).contains("8: the environment variable UNSET is not set");
        assertThat(loaded.settings().keys()).extracting(KeyEntry::alias).containsExactly("a");
    }

    @Test
    void warnsOfModelsThatNobodyLists() {
        LoadedSettings loaded =
                load(
                        """
                        model_list:
                          - {model_name: gpt-4o, litellm_params: {model: gpt-4o}}
                          - {model_name: "local/*", litellm_params: {model: "openai/*"}}
                        router_settings: {model_group_alias: {smart: gpt-4oo, fast: local/x}}
                        keys:
                          - {alias: a, key: sk-aaaaaaaa, models: [gpt-4p, local/y, smart, "z*"]}
                        """);

        assertThat(warnings(loaded))
                .containsExactly(
                        "4: the alias smart stands for a model that is not listed",
                        "6: the key a is allowed a model that is not listed: gpt-4p");
    }

    @Test
    void needsBothFilesOfTls() throws IOException {
        Path certificate = Files.writeString(folder.resolve("cert.pem"), "x");
        Path file =
                Files.writeString(
                        folder.resolve("sluice.yaml"),
                        """
                        listen: {tls: {certificate: cert.pem, private_key: key.pem}}
                        """);

        LoadedSettings loaded = new SettingsLoader(Map.of(), List.of()).load(file);

        assertThat(errors(loaded))
                .containsExactly("1: listen.tls.private_key names a file that cannot be read");
        assertThat(loaded.settings().listen().certificate()).isEqualTo(certificate);
        assertThat(errors(load("listen: {tls: {private_key: x}}")))
                .containsExactly(
                        "1: listen.tls.private_key needs listen.tls.certificate beside it");
    }

    @Test
    void refusesTheSamePortTwice() {
        assertThat(errors(load("admin: {port: 4000}")))
                .containsExactly("1: listen and admin have the same address and port");
        assertThat(load("admin: {port: 0}\nlisten: {port: 0}").findings()).isEmpty();
    }

    @Test
    void barsAStart_onlyForWhatItCannotDoWithout() {
        LoadedSettings loaded =
                load(
                        """
                        general_settings: {master_key: os.environ/MK}
                        database: {url: "${env:DB}"}
                        model_list:
                          - {model_name: a, litellm_params: {model: m, api_key: os.environ/K}}
                        """);

        assertThat(loaded.hasErrors()).isFalse();
        assertThat(warnings(loaded)).hasSize(3);
        assertThat(loaded.fatalAtStart())
                .extracting(Finding::message)
                .containsExactly(
                        "general_settings.master_key is needed: MK is not set",
                        "database.url is needed: DB is not set");
    }

    @Test
    void keepsItsDigest_whateverTheSpelling() {
        String digest = load("timeouts: {connect: 5s}").digest();

        assertThat(digest).matches("[0-9a-f]{64}");
        assertThat(load("{timeouts: {connect: 5000ms}}").digest()).isEqualTo(digest);
        assertThat(load("timeouts: {connect: 6s}").digest()).isNotEqualTo(digest);
    }

    @Test
    void reportsLevelsThatAreNone() {
        LoadedSettings loaded = load("logging: {levels: {io.sluice: debug, io.netty: loud}}");

        assertThat(loaded.settings().logging().levels()).containsEntry("io.sluice", "debug");
        assertThat(errors(loaded)).hasSize(1);
    }

    @Test
    void notesEachAcceptedKeyOnce() {
        LoadedSettings loaded =
                load(
                        """
                        model_list:
                          - {model_name: a, litellm_params: {model: m, temperature: 1}}
                          - {model_name: b, litellm_params: {model: m, temperature: 2}}
                        """);

        assertThat(loaded.findings())
                .singleElement()
                .satisfies(note -> {
                    assertThat(note.severity()).isEqualTo(Severity.NOTE);
                    assertThat(note.message())
                            .isEqualTo(
                                    "model_list[].litellm_params.temperature is accepted,"
                                            + " not used by this version (and in one more"
                                            + " place)");
                });
    }

    @Test
    void reportsAFileThatIsNotThere() {
        LoadedSettings loaded =
                new SettingsLoader(Map.of(), List.of()).load(folder.resolve("none.yaml"));

        assertThat(errors(loaded)).singleElement().asString().contains("there is no file");
    }
}
