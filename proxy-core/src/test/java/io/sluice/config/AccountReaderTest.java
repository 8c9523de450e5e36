package io.sluice.config;

import static io.sluice.config.Configurations.errors;
import static io.sluice.config.Configurations.load;
import static io.sluice.config.Configurations.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class AccountReaderTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void readsModelsProvidersTagsAndEndUsers() {
        LoadedSettings loaded =
                load(
                        """
                        accounts:
                          models: [{name: gpt-4o, limits: {requests_per_minute: 5}}]
                          providers: [{name: openai, budget: {amount: 3 EUR, window: month, mode: hard}}]
                          tags: [{name: red, limits: {parallel: 2}, budget: {amount: 1 USD}}]
                          end_user: {limits: {tokens_per_day: 7}}
                        """);

        AccountSettings accounts = loaded.settings().accounts();
        assertThat(loaded.findings()).isEmpty();
        assertThat(of(accounts.models(), "gpt-4o").limits().rates())
                .containsExactly(new AccountLimits.Rate(AccountLimits.Unit.REQUESTS, MINUTE, 5));
        BudgetEntry budget = Objects.requireNonNull(of(accounts.providers(), "openai").budget());
        assertThat(budget.currency()).isEqualTo("EUR");
        assertThat(budget.mode()).isEqualTo(BudgetMode.HARD);
        assertThat(of(accounts.tags(), "red").limits().parallel()).isEqualTo(2);
        assertThat(accounts.endUser().limits().rates()).hasSize(1);
    }

    @Test
    void readsTheSame_inTheWordsOfLiteLlm() {
        LoadedSettings loaded =
                load(
                        """
                        router_settings:
                          provider_budget_config:
                            openai: {budget_limit: 0.000000000001, time_period: 1d}
                            azure: {max_budget: "100", budget_duration: 2mo, mode: hard}
                            broken: {time_period: 1d}
                        litellm_settings:
                          max_end_user_budget: 0.5
                          max_end_user_budget_id: tiny
                          tag_budget_config:
                            "product:chat-bot": {max_budget: 10, budget_duration: 7d}
                        accounts: {tags: [{name: other, limits: {parallel: 1}}]}
                        """);

        AccountSettings accounts = loaded.settings().accounts();
        assertThat(errors(loaded)).isEmpty();
        assertThat(warnings(loaded))
                .anyMatch(warning -> warning.contains("azure.time_period") && warning.contains("4"))
                .anyMatch(warning -> warning.contains("broken has no budget_limit"))
                .hasSize(2);
        BudgetEntry openai = Objects.requireNonNull(of(accounts.providers(), "openai").budget());
        assertThat(openai.amount()).isEqualByComparingTo("0.000000000001");
        assertThat(openai.currency()).isEqualTo("USD");
        assertThat(openai.window()).isEqualTo(BudgetWindow.of(Duration.ofDays(1)));
        assertThat(openai.mode()).isNull();
        BudgetEntry azure = Objects.requireNonNull(of(accounts.providers(), "azure").budget());
        assertThat(azure.mode()).isEqualTo(BudgetMode.HARD);
        assertThat(azure.window()).isEqualTo(BudgetWindow.MONTH);
        assertThat(accounts.tags()).containsOnlyKeys("product:chat-bot", "other");
        assertThat(accounts.endUserBudgetId()).isEqualTo("tiny");
        assertThat(Objects.requireNonNull(accounts.endUser().budget()).amount())
                .isEqualByComparingTo(new BigDecimal("0.5"));
    }

    @Test
    void refusesWhatHasNoNameOrOneTwice() {
        LoadedSettings loaded =
                load(
                        """
                        accounts:
                          models:
                            - {limits: {parallel: 2}}
                            - {name: a}
                            - {name: a}
                        keys:
                          - alias: ci
                            key: sk-0123456789
                            model_budgets:
                              - {amount: 1 USD}
                              - {model: m, amount: 1 USD}
                              - {model: m, amount: 2 USD}
                        """);

        assertThat(errors(loaded))
                .anyMatch(error -> error.contains("accounts.models[0] has no name"))
                .anyMatch(error -> error.contains("accounts.models names a twice"))
                .anyMatch(error -> error.contains("keys[0].model_budgets[0] has no model"))
                .anyMatch(error -> error.contains("keys[0].model_budgets names m twice"))
                .hasSize(4);
    }

    @Test
    void readsWhatSingleTargetsMay() {
        LoadedSettings loaded =
                load(
                        """
                        router_settings: {default_max_parallel_requests: 9}
                        model_list:
                          - {model_name: a, litellm_params: {model: openai/a, api_key: x, rpm: 5, tpm: 100, max_budget: 2, budget_duration: 1d}}
                          - {model_name: a, limits: {requests_per_minute: 7, tokens_per_day: 8, parallel: 3}, budget: {amount: 4 EUR}, litellm_params: {model: openai/b, api_key: x, rpm: 5}}
                          - {model_name: b, limits: {requests_per_minute: many}, litellm_params: {model: openai/c, api_key: x}}
                          - {model_name: b, budget: {window: day}, litellm_params: {model: openai/d, api_key: x, budget_duration: soon, max_budget: 1}}
                        """);

        assertThat(errors(loaded)).isEmpty();
        Allowance first = loaded.settings().models().get(0).allowance();
        assertThat(first.limits().rates())
                .containsExactly(
                        new AccountLimits.Rate(AccountLimits.Unit.REQUESTS, MINUTE, 5),
                        new AccountLimits.Rate(AccountLimits.Unit.TOKENS, MINUTE, 100));
        assertThat(first.limits().parallel()).isEqualTo(9);
        assertThat(Objects.requireNonNull(first.budget()).currency()).isEqualTo("USD");
        Allowance second = loaded.settings().models().get(1).allowance();
        assertThat(second.limits().rates())
                .containsExactly(
                        new AccountLimits.Rate(AccountLimits.Unit.REQUESTS, MINUTE, 7),
                        new AccountLimits.Rate(AccountLimits.Unit.TOKENS, Duration.ofDays(1), 8));
        assertThat(second.limits().parallel()).isEqualTo(3);
        assertThat(Objects.requireNonNull(second.budget()).currency()).isEqualTo("EUR");
        assertThat(loaded.settings().models().get(2).unusable()).contains("requests_per_minute");
        assertThat(loaded.settings().models().get(3).unusable()).contains("budget_duration");
    }

    private static Allowance of(java.util.Map<String, Allowance> named, String name) {
        return Objects.requireNonNull(named.get(name), name);
    }
}
