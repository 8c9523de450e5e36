package io.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.BudgetMode;
import io.sluice.config.BudgetWindow;
import io.sluice.config.Settings;
import io.sluice.config.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTermsTest {

    @TempDir Path folder;

    private final Accounts accounts = new Accounts();

    @Test
    void givesKeysAndTheGatewayTheirTerms() throws IOException {
        FileTerms.apply(
                settings(
                        """
                        limits: {requests_per_minute: 10, throttle_above: 0.8}
                        budget: {amount: 5.00 EUR, soft_limit: 4 EUR}
                        budgets: {default_mode: hard}
                        keys:
                          - {alias: ci, key: sk-0123456789, limits: {tokens_per_day: 7, parallel: 2, priority: 1.5}}
                          - {alias: free, key: sk-9876543210}
                        """),
                Map.of(),
                accounts,
                0);

        Terms gateway = accounts.gateway().terms();
        assertThat(gateway.limits())
                .containsExactly(new RateLimit(LimitUnit.REQUESTS, Duration.ofMinutes(1), 10));
        BudgetTerms budget = gateway.budgets().getFirst();
        assertThat(budget.amountPicos()).isEqualTo(5_000_000_000_000L);
        assertThat(budget.softLimitPicos()).isEqualTo(4_000_000_000_000L);
        assertThat(budget.currency().nanoDollars()).isEqualTo(1_100_000_000L);
        assertThat(budget.mode()).isEqualTo(BudgetMode.HARD);
        Terms key = terms("file:ci");
        assertThat(key.parallel()).isEqualTo(2);
        assertThat(key.priority()).isEqualTo(1_500);
        assertThat(key.limits())
                .containsExactly(new RateLimit(LimitUnit.TOKENS, Duration.ofDays(1), 7));
        assertThat(accounts.find(AccountKind.KEY, "file:free")).isNull();
    }

    @Test
    void takesTermsAway_withTheKeyOfTheFile() throws IOException {
        FileTerms.apply(
                settings("keys: [{alias: ci, key: sk-0123456789, limits: {parallel: 2}}]"),
                Map.of(),
                accounts,
                0);
        accounts.setTerms(AccountKind.KEY, "db", AdmissionFixture.parallel(3), 0);

        FileTerms.apply(settings("{}"), Map.of(), accounts, 0);

        assertThat(terms("file:ci").isEmpty()).isTrue();
        assertThat(terms("db").parallel()).isEqualTo(3);
    }

    @Test
    void takesTheGatewaysTerms_inTheWordsOfLiteLlm() throws IOException {
        FileTerms.apply(
                settings(
                        """
                        general_settings: {global_max_parallel_requests: 9}
                        litellm_settings: {max_budget: 12.5, budget_duration: 30d}
                        """),
                Map.of(),
                accounts,
                0);

        Terms gateway = accounts.gateway().terms();
        assertThat(gateway.parallel()).isEqualTo(9);
        assertThat(gateway.budgets().getFirst().amountPicos()).isEqualTo(12_500_000_000_000L);
        assertThat(gateway.budgets().getFirst().window().window())
                .isEqualTo(BudgetWindow.of(Duration.ofDays(30)));

        FileTerms.apply(
                settings(
                        """
                        litellm_settings: {max_budget: 12.5}
                        budget: {amount: 3 USD}
                        """),
                Map.of(),
                accounts,
                0);
        assertThat(accounts.gateway().terms().budgets().getFirst().amountPicos())
                .isEqualTo(3_000_000_000_000L);
    }

    private Terms terms(String id) {
        return Objects.requireNonNull(accounts.find(AccountKind.KEY, id)).terms();
    }

    private Settings settings(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("sluice.yaml"), yaml);
        return new SettingsLoader(Map.of(), List.of()).load(file).settings();
    }
}
