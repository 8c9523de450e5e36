package io.sluice.price;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.Finding;
import io.sluice.config.LoadedSettings;
import io.sluice.config.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LargestAnswersTest {

    private static final String MODELS =
            """
            model_list:
              - {model_name: known, litellm_params: {model: openai/gpt-4o, api_key: k}}
              - {model_name: vectors, litellm_params: {model: openai/text-embedding-3-small, api_key: k}}
              - {model_name: own, litellm_params: {model: openai/home-made, api_key: k}}
              - {model_name: "any/*", litellm_params: {model: "openai/*", api_key: k}}
            """;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "budget: {amount: 1 USD, mode: hard}",
                "budgets: {default_mode: hard}",
                "accounts: {models: [{name: own, budget: {amount: 1 USD, mode: hard}}]}",
                "accounts: {providers: [{name: openai, budget: {amount: 1 USD, mode: hard}}]}",
                "accounts: {tags: [{name: t, budget: {amount: 1 USD, mode: hard}}]}",
                "accounts: {end_user: {budget: {amount: 1 USD, mode: hard}}}",
                "keys: [{alias: ci, key: sk-0123456789abcdef, budget: {amount: 1 USD, mode: hard}}]"
            })
    void namesWhereTheModelIs_underAnyHardBudget(String more) throws IOException {
        List<Finding> findings = check(more);

        assertThat(findings)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.position()).matches(".*test\\.yaml:4:[0-9]+");
                    assertThat(finding.message()).contains("openai/home-made", "hard");
                });
    }

    @Test
    void saysNothing_underSoftBudgets() throws IOException {
        assertThat(check("budget: {amount: 1 USD}")).isEmpty();
        assertThat(
                        check(
                                "accounts: {models: [{name: known, budget: {amount: 1 USD, mode: hard}}]}"))
                .isEmpty();
    }

    private List<Finding> check(String more) throws IOException {
        Path file = Files.writeString(folder.resolve("test.yaml"), MODELS + more + "\n");
        LoadedSettings loaded = new SettingsLoader(Map.of(), List.of()).load(file);
        assertThat(loaded.hasErrors()).as(loaded.findings().toString()).isFalse();
        return LargestAnswers.check(loaded.settings(), PriceTable.load(loaded.settings().prices()));
    }
}
