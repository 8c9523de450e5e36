package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits, budgets and rules for clients that leave, as the file says them. */
class AllowanceReaderTest {

    @Test
    void readsEveryRate() {
        LoadedSettings loaded =
                load(
                        """
                        limits:
                          requests_per_second: 1
                          requests_per_minute: 2
                          requests_per_hour: 3
                          requests_per_day: 4
                          tokens_per_second: 5
                          tokens_per_minute: 6
                          tokens_per_hour: 7
                          tokens_per_day: 8
                          parallel: 9
                        """);

        AccountLimits limits = loaded.settings().limits().calls();
        assertThat(limits.parallel()).isEqualTo(9);
        assertThat(limits.rates()).hasSize(8);
        assertThat(limits.rates())
                .contains(
                        new AccountLimits.Rate(
                                AccountLimits.Unit.REQUESTS, Duration.ofMinutes(1), 2),
                        new AccountLimits.Rate(AccountLimits.Unit.TOKENS, Duration.ofDays(1), 8));
        assertThat(loaded.findings()).isEmpty();
    }

    @Test
    void readsTheGatewaysBudget() {
        LoadedSettings loaded =
                load(
                        """
                        budgets: {default_mode: hard}
                        budget:
                          amount: 5.00 EUR
                          window: 30d
                          time_zone: Europe/Berlin
                          soft_limit: 4.5 EUR
                          mode: soft
                        """);

        assertThat(loaded.settings().budgets())
                .isEqualTo(
                        new BudgetSettings(
                                BudgetMode.HARD,
                                new BudgetEntry(
                                        new BigDecimal("5.00"),
                                        "EUR",
                                        BudgetWindow.of(Duration.ofDays(30)),
                                        ZoneId.of("Europe/Berlin"),
                                        BudgetMode.SOFT,
                                        new BigDecimal("4.5"))));
    }

    @Test
    void hasNoBudget_whereNoneIsSaid() {
        assertThat(load("budget: null").settings().budgets()).isEqualTo(BudgetSettings.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "budget: {window: day}; budget has no amount",
                "budget: {amount: 5}; an amount with its currency",
                "budget: {amount: 5 EUR, window: fortnight}; budget.window takes day, week",
                "budget: {amount: 5 EUR, window: 0d}; budget.window takes day, week",
                "budget: {amount: 5 EUR, time_zone: Mars}; budget.time_zone is not a zone",
                "budget: {amount: 5 EUR, soft_limit: 1 USD}; the currency of the amount",
                "budget: {amount: 5 EUR, mode: firm}; soft, hard",
                "limits: {requests_per_minute: -1}; limits.requests_per_minute",
                "ledger: {ring_bytes: 1KiB}; ledger.ring_bytes",
                "on_disconnect: drain:soon; cancel, drain"
            })
    void saysWhatIsWrong(String yaml, String words) {
        assertThat(load(yaml).findings()).anyMatch(finding -> finding.toString().contains(words));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancel", "drain", "drain:30s", "drain:2000"})
    void readsAndWritesRulesForClientsThatLeave(String rule) {
        assertThat(load("on_disconnect: " + rule).settings().onDisconnect()).hasToString(rule);
    }

    @Test
    void readsTheRuleOfAModel() {
        LoadedSettings loaded =
                load(
                        """
                        model_list:
                          - model_name: a
                            litellm_params:
                              model: openai/a
                              api_key: sk-x
                              on_disconnect: drain:5m
                        """);

        assertThat(loaded.settings().models().getFirst().onDisconnect())
                .isEqualTo(new OnDisconnect(true, Duration.ofMinutes(5), null));
    }

    @Test
    void takesDatabaseAndSalt_fromTheirVariablesAndTheirOtherNames() {
        Map<String, String> environment =
                Map.of("DATABASE_URL", "postgresql://u:p@h/d", "LITELLM_SALT_KEY", "salt");
        DatabaseSettings fromEnvironment = load("", environment).settings().database();
        DatabaseSettings fromFile =
                load("general_settings: {database_url: 'postgresql://h/e'}", environment)
                        .settings()
                        .database();

        assertThat(fromEnvironment.url()).isEqualTo(Secret.of("postgresql://u:p@h/d"));
        assertThat(fromEnvironment.saltKey()).isEqualTo(Secret.of("salt"));
        assertThat(fromFile.url()).isEqualTo(Secret.of("postgresql://h/e"));
        assertThat(fromEnvironment.toString()).doesNotContain("u:p");
    }

    private static LoadedSettings load(String yaml) {
        return load(yaml, Map.of());
    }

    private static LoadedSettings load(String yaml, Map<String, String> environment) {
        return new SettingsLoader(environment, List.of())
                .load(Path.of("f.yaml"), yaml.getBytes(StandardCharsets.UTF_8));
    }
}
