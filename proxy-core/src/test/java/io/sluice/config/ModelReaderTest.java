package io.sluice.config;

import static io.sluice.config.Configurations.load;
import static io.sluice.config.Configurations.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelReaderTest {

    @Test
    void readsEveryParameter() {
        ModelEntry model =
                only(
                        """
                        model_list:
                          - model_name: fast
                            litellm_params:
                              model: azure/gpt-4o
                              api_base: https://r.openai.azure.com
                              api_key: k
                              api_version: 2024-02-01
                              organization: o
                              rpm: 6_000
                              tpm: 1e5
                              timeout: 1.5
                              stream_timeout: 30s
                              max_retries: 0
                              weight: 0.5
                              extra_headers: {x-a: b}
                            model_info: {access_groups: [g1], id: x}
                            access_groups: g2
                        """);

        assertThat(model.provider()).isEqualTo("azure");
        assertThat(model.model()).isEqualTo("gpt-4o");
        assertThat(model.apiBase()).isEqualTo("https://r.openai.azure.com");
        assertThat(model.apiKey()).isEqualTo(Secret.of("k"));
        assertThat(model.apiVersion()).isEqualTo("2024-02-01");
        assertThat(model.organization()).isEqualTo("o");
        assertThat(model.requestsPerMinute()).isEqualTo(6000);
        assertThat(model.tokensPerMinute()).isEqualTo(100_000);
        assertThat(model.timeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(model.streamTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(model.maxRetries()).isZero();
        assertThat(model.weight()).isEqualTo(0.5);
        assertThat(model.extraHeaders()).containsExactly(Map.entry("x-a", "b"));
        assertThat(model.accessGroups()).containsExactly("g1", "g2");
        assertThat(model.origin()).startsWith("test.yaml:2:");
        assertThat(model.unusable()).isNull();
    }

    @Test
    void splitsProviderFromModel() {
        assertThat(only(entry("model: gpt-4o")))
                .returns("openai", ModelEntry::provider)
                .returns("gpt-4o", ModelEntry::model);
        assertThat(only(entry("model: openrouter/meta/llama")))
                .returns("openrouter", ModelEntry::provider)
                .returns("meta/llama", ModelEntry::model);
        assertThat(only(entry("model: groq/x, custom_llm_provider: groq")))
                .returns("groq", ModelEntry::provider)
                .returns("x", ModelEntry::model);
        assertThat(only(entry("model: org/x, custom_llm_provider: vllm")))
                .returns("vllm", ModelEntry::provider)
                .returns("org/x", ModelEntry::model);
    }

    @Test
    void takesWhatItsCredentialSays_underWhatItSaysItself() {
        ModelEntry model =
                only(
                        """
                        credential_list:
                          - credential_name: shared
                            credential_values: {api_key: shared-key, api_base: http://shared}
                        model_list:
                          - model_name: a
                            litellm_params:
                              model: m
                              litellm_credential_name: shared
                              api_base: http://own
                        """);

        assertThat(model.apiKey()).isEqualTo(Secret.of("shared-key"));
        assertThat(model.apiBase()).isEqualTo("http://own");
    }

    @Test
    void isUnusable_whereItsCredentialIsMissingOrAmbiguous() {
        LoadedSettings loaded =
                load(
                        """
                        credential_list:
                          - {credential_name: twice, credential_values: {api_key: a}}
                          - {credential_name: twice, credential_values: {api_key: b}}
                        model_list:
                          - {model_name: a, litellm_params: {model: m, litellm_credential_name: twicf}}
                          - {model_name: b, litellm_params: {model: m, litellm_credential_name: twice}}
                        """);

        assertThat(loaded.settings().models())
                .extracting(ModelEntry::unusable)
                .containsExactly(
                        "credential_missing: no credential has the name twicf",
                        "credential_missing: 2 credentials have the name twice");
        assertThat(loaded.findings()).extracting(Finding::hint).contains("did you mean twice?");
        assertThat(loaded.hasErrors()).isFalse();
    }

    @Test
    void isUnusable_whereItsKeyIsNotSet() {
        assertThat(only(entry("model: m, api_key: os.environ/NOT_SET")).unusable())
                .isEqualTo("credential_missing: api_key: NOT_SET is not set");
    }

    @Test
    void isUnusable_whereAValueCannotBeUsed() {
        assertThat(only(entry("model: m, rpm: many")).unusable()).contains("rpm");
        assertThat(only(entry("model: m, api_base: 'ftp://x'")).unusable()).contains("api_base");
        assertThat(only(entry("model: m, api_base: 'http://a b'")).unusable()).contains("api_base");
        assertThat(only(entry("model: m, api_key: \"a\\nb\"")).unusable())
                .startsWith("credential_missing");
        assertThat(only(entry("api_key: k")).unusable()).contains("model is missing");
        assertThat(only(entry("model: 'openai/'")).unusable()).contains("names no model");
        assertThat(only("model_list: [{model_name: a}]").unusable()).contains("model is missing");
        assertThat(only("model_list: [{model_name: a, litellm_params: [x]}]").unusable())
                .contains("a mapping");
    }

    @Test
    void leavesOutEntriesWithoutAName() {
        LoadedSettings loaded = load("model_list: [{litellm_params: {model: m}}, text, ]");

        assertThat(loaded.settings().models()).isEmpty();
        assertThat(warnings(loaded))
                .containsExactly(
                        "1: an entry without model_name cannot be called",
                        "1: model_list takes mappings, this is a single value");
    }

    @Test
    void leavesOutHeadersThatCannotBeSent() {
        LoadedSettings loaded =
                load(entry("model: m, extra_headers: {'a b': x, c: \"d\\r\\ne\", f: g}"));

        assertThat(loaded.settings().models().getFirst().extraHeaders())
                .containsExactly(Map.entry("f", "g"));
        assertThat(warnings(loaded)).hasSize(2);
    }

    @Test
    void takesDefaultParameters() {
        String defaults = "router_settings: {default_litellm_params: {timeout: 7}}\n";

        assertThat(only(defaults + entry("model: m")).timeout()).hasSeconds(7);
        assertThat(only(defaults + entry("model: m, timeout: 8")).timeout()).hasSeconds(8);
        assertThat(
                        only("default_litellm_params: {num_retries: 1}\n" + entry("model: m"))
                                .maxRetries())
                .isEqualTo(1);
    }

    @Test
    void takesTheProvidersKeyFromTheEnvironment_butNotForAnotherHost() {
        Map<String, String> environment =
                Map.of(
                        "OPENAI_API_KEY",
                        "sk-env",
                        "AZURE_API_BASE",
                        "https://a",
                        "AZURE_API_KEY",
                        "z");

        assertThat(load(entry("model: m"), environment).settings().models().getFirst().apiKey())
                .isEqualTo(Secret.of("sk-env"));
        assertThat(
                        load(entry("model: m, api_base: 'http://other'"), environment)
                                .settings()
                                .models()
                                .getFirst()
                                .apiKey())
                .isNull();
        assertThat(load(entry("model: azure/m"), environment).settings().models())
                .singleElement()
                .returns("https://a", ModelEntry::apiBase)
                .returns(Secret.of("z"), ModelEntry::apiKey);
    }

    @Test
    void knowsTheOtherSpellingOfSections() {
        LoadedSettings loaded =
                load(
                        """
                        tianji_settings: {num_retries: 6}
                        model_list:
                          - {model_name: a, tianji_params: {model: x/y}}
                          - {model_name: b, params: {model: x/z}}
                        """);

        assertThat(loaded.findings()).isEmpty();
        assertThat(loaded.settings().router().retries()).isEqualTo(6);
        assertThat(loaded.settings().models())
                .extracting(ModelEntry::model)
                .containsExactly("y", "z");
    }

    @Test
    void readsAliases() {
        LoadedSettings loaded =
                load(
                        "router_settings: {model_group_alias: {x: a, y: {model: a, hidden: yes},"
                                + " z: {hidden: true}, w: [a]}}\n"
                                + entry("model: m"));

        assertThat(loaded.settings().aliases())
                .containsOnly(
                        Map.entry("x", new AliasEntry("a", false)),
                        Map.entry("y", new AliasEntry("a", true)));
        assertThat(warnings(loaded)).hasSize(2);
    }

    @Test
    void mergesKeysOfAnchors() {
        List<ModelEntry> models =
                load("""
                model_list:
                  - &first
                    model_name: a
                    litellm_params: &params {model: m, timeout: 1}
                  - <<: *first
                    litellm_params: {<<: [*params], timeout: 2}
                """)
                        .settings()
                        .models();

        assertThat(models).extracting(ModelEntry::model).containsExactly("m", "m");
        assertThat(models.getLast().timeout()).hasSeconds(2);
    }

    @Test
    void keepsHeadersOutOfItsText() {
        assertThat(only(entry("model: m, extra_headers: {authorization: hunter2}")).toString())
                .contains("openai/m")
                .doesNotContain("hunter2");
    }

    private static String entry(String params) {
        return "model_list: [{model_name: a, litellm_params: {" + params + "}}]";
    }

    private static ModelEntry only(String yaml) {
        List<ModelEntry> models = load(yaml).settings().models();
        assertThat(models).hasSize(1);
        return models.getFirst();
    }
}
