package io.sluice.config;

import static io.sluice.config.Configurations.load;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No finding and no listing shows a secret, whatever is wrong around it. */
class SecrecyTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "general_settings: {master_key: hunter2, mastr_key: x}",
                "general_settings: {mastr_key: hunter2}",
                "general_settings: {master_key: [hunter2]}",
                "general_settings: {master_key: {a: hunter2}}",
                "general_settings:\n  master_key: *hunter2",
                "general_settings:\n  master_key: !hunter2 x\n  b: [",
                "general_settings:\n  master_key: ab: hunter2",
                "general_settings:\n  master_key: @hunter2",
                "general_settings:\n  master_key: \"hunter2\n  x: y",
                "general_settings:\n  master_key: |\n    hunter2\n   bad\n x",
                "general_settings: {master_key: hunter2, master_key: ''}",
                "keys: [{alias: a, key: hunter2}]",
                "keys: [{alias: a, key: hunter2x}, {alias: a, key: hunter2x, oops: 1}]",
                "keys: [hunter2]",
                "keys: [[hunter2]]",
                "listen: {prot: 1} # hunter2",
                "environment_variables: {A: hunter2, B: [hunter2]}\nenvironment_variable: {A: hunter2}",
                "model_list: [{model_name: a, litellm_params: {model: m, api_key: hunter2, rpm: x}}]",
                "model_list: [{model_name: a, litellm_params: {model: m, api_key: \"hunter2\\n\"}}]",
                "model_list: [{model_name: a, litellm_params: {model: m, api_base: 'http://u:hunter2@h', rpm: x}}]",
                "model_list: [{model_name: a, litellm_params: {extra_headers: {a b: hunter2}}}]",
                "model_list: [{model_name: a, litellm_params: {aws_secret_access_key: hunter2, rpm: x}}]",
                "guardrails: [{api_key: hunter2, api_key: hunter2}]",
                "database: {url: 'postgres://u:hunter2@h/d', serve_stale: x}",
                "general_settings: {database_url: \"${env:X:-hunter2}\", port: x}",
                "hunter2",
                "- hunter2"
            })
    void showsNoSecret(String yaml) {
        LoadedSettings loaded = load(yaml);

        assertThat(loaded.findings()).isNotNull();
        loaded.findings()
                .forEach(finding -> assertThat(finding.render()).doesNotContain("hunter2"));
        assertThat(loaded.values().toString()).doesNotContain("hunter2");
        assertThat(loaded.settings().masterKey() + "" + loaded.settings().keys())
                .doesNotContain("hunter2");
    }
}
