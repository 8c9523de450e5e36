package io.sluice.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.ModelEntry;
import io.sluice.config.PriceSettings;
import io.sluice.config.Settings;
import io.sluice.config.SettingsLoader;
import io.sluice.usage.ServiceTier;
import io.sluice.usage.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PriceTableTest {

    private static final String FILE =
            """
            {"gpt-4o": {"input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6,
                        "cache_read_input_token_cost": 5e-7, "mode": "chat"},
             "azure/gpt-4o": {"input_cost_per_token": 3e-6, "output_cost_per_token": 4e-6},
             "broken": {"input_cost_per_token": "x"}}
            """;

    @TempDir Path folder;

    @Test
    void triesTheExactName_thenWhatFollowsTheSlash() throws IOException {
        PriceTable table = table("");

        assertThat(name(table.find("azure/gpt-4o"))).isEqualTo("azure/gpt-4o");
        assertThat(name(table.find("openai/gpt-4o"))).isEqualTo("gpt-4o");
        assertThat(name(table.find("openrouter/openai/gpt-4o")))
                .isEqualTo("openrouter/openai/gpt-4o");
        assertThat(name(table.find("elsewhere/openai/gpt-4o"))).isEqualTo("gpt-4o");
        assertThat(table.find("openai/no-such-model")).isNull();
        assertThat(table.find("gpt-4o/")).isNull();
        assertThat(table.find("/")).isNull();
    }

    @Test
    void asksTheFile_beforeTheBuiltInTable() throws IOException {
        PriceTable table = table("prices: {file: prices.json}\n");

        assertThat(input(table.find("gpt-4o"))).isEqualTo("0.000001");
        assertThat(input(table.find("azure/gpt-4o"))).isEqualTo("0.000003");
        assertThat(input(table.find("gpt-4.1-mini"))).isEqualTo("0.0000004");
        assertThat(Objects.requireNonNull(table.find("gpt-4o")).origin())
                .startsWith("prices.file ");
        assertThat(table.findings()).hasSize(1);
        assertThat(table.all("gpt-4o"))
                .extracting(Price::origin)
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("prices.file"),
                        second -> assertThat(second).isEqualTo("built-in table of 2026-08-01"));
    }

    @Test
    void refusesAFileThatIsNoPriceFile() throws IOException {
        Path file = Files.writeString(folder.resolve("bad.json"), "{\"a\":\n x}");
        PriceSettings settings =
                new PriceSettings(
                        file, PriceSettings.Unknown.FLAG, Map.of(), Map.of(), "EUR", Map.of());

        assertThatThrownBy(() -> PriceTable.load(settings))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bad.json:2:");
    }

    @Test
    void laysTheDeploymentsPrices_overTheLists() throws IOException {
        Price price =
                priceOf(
                        "prices: {file: prices.json}\n",
                        "{model: openai/gpt-4o, input_cost_per_token: 7e-6}");

        assertThat(input(price)).isEqualTo("0.000007");
        assertThat(rate(price, PricedUnit.OUTPUT)).isEqualTo("0.000002");
        assertThat(rate(price, PricedUnit.CACHE_READ))
                .as("a price for all input replaces that of its parts")
                .isEqualTo("0.000007");
        assertThat(Objects.requireNonNull(price).origin()).contains("test.yaml").contains(" over ");
    }

    @Test
    void takesModelInfo_whereTheParametersSayNothing() throws IOException {
        Price price =
                priceOf(
                        "",
                        "{model: openai/own, output_cost_per_token: 2e-6}, model_info:"
                                + " {input_cost_per_token: 1e-6, output_cost_per_token: 9e-6}");

        assertThat(input(price)).isEqualTo("0.000001");
        assertThat(rate(price, PricedUnit.OUTPUT)).isEqualTo("0.000002");
    }

    @Test
    void looksForTheBaseModel_whereOneIsNamed() throws IOException {
        Price price = priceOf("", "{model: azure/my-own}, model_info: {base_model: gpt-4.1-mini}");

        assertThat(name(price)).isEqualTo("gpt-4.1-mini");
    }

    @Test
    void takesCustomPricing_beforeTheLists() throws IOException {
        String custom = "custom_pricing: {gpt-4o: {input_cost_per_token: 5e-6}}\n";

        assertThat(input(priceOf(custom, "{model: openai/gpt-4o}"))).isEqualTo("0.000005");
        assertThat(input(table(custom).find("gpt-4o"))).isEqualTo("0.000005");
        assertThat(input(priceOf(custom, "{model: openai/gpt-4o, input_cost_per_token: 6e-6}")))
                .isEqualTo("0.000006");
    }

    @Test
    void takesThePriceOfADeployment_inItsCurrency() throws IOException {
        String pricing =
                "pricing: {gpt-4o: {input: 0.0025, output: 0.01}}\nprices: {rates: {EUR: 1.2}}\n";
        Price price = Objects.requireNonNull(priceOf(pricing, "{model: azure/gpt-4o}"));

        assertThat(price.currency()).isEqualTo(Currency.of("EUR", new BigDecimal("1.2")));
        assertThat(input(price)).isEqualTo("0.0000025");
        Usage usage = new Usage();
        usage.setOrigin(Usage.Origin.REPORTED);
        usage.setInputTokens(1200);
        usage.setOutputTokens(300);
        CallCost cost = Cost.ofCall(price, usage, false);
        assertThat(cost.picos()).isEqualTo(6_000_000_000L);
        assertThat(cost.dollarPicos()).isEqualTo(7_200_000_000L);
    }

    @Test
    void looksUpEachModel_ofATargetWithAStar() throws IOException {
        PriceSource source = source("", "{model: \"openai/*\"}", "*");

        assertThat(name(source.find("gpt-4o"))).isEqualTo("gpt-4o");
        assertThat(source.find("gpt-4o")).isSameAs(source.find("gpt-4o"));
        assertThat(source.find("invented")).isNull();
        assertThat(PriceSource.NONE.find("gpt-4o")).isNull();
    }

    @Test
    void knowsTheLimitsAndHighestRates_ofAModel() {
        Price price = Objects.requireNonNull(PriceTable.builtIn().find("gemini/gemini-2.5-pro"));

        assertThat(price.contextWindow()).isEqualTo(1_048_576);
        assertThat(price.maxOutput()).isEqualTo(65_535);
        assertThat(price.highestRate(PricedUnit.INPUT)).isEqualTo(2_500_000_000_000L);
        assertThat(price.highestRate(PricedUnit.INPUT_PIXEL)).isEqualTo(-1);
        assertThat(price).hasToString("gemini/gemini-2.5-pro (built-in table of 2026-08-01)");
    }

    private PriceTable table(String yaml) throws IOException {
        return PriceTable.load(settings(yaml).prices());
    }

    private @Nullable Price priceOf(String yaml, String parameters) throws IOException {
        return source(yaml, parameters, "called").find("unused");
    }

    private PriceSource source(String yaml, String parameters, String name) throws IOException {
        Settings settings =
                settings(
                        yaml
                                + "model_list: [{model_name: \""
                                + name
                                + "\", litellm_params: "
                                + parameters
                                + "}]\n");
        ModelEntry entry = settings.models().getFirst();
        return PriceTable.load(settings.prices()).of(entry);
    }

    private Settings settings(String yaml) throws IOException {
        Files.writeString(folder.resolve("prices.json"), FILE);
        Path file = Files.writeString(folder.resolve("test.yaml"), yaml);
        var loaded = new SettingsLoader(Map.of(), List.of()).load(file);
        assertThat(loaded.hasErrors()).as(loaded.findings().toString()).isFalse();
        return loaded.settings();
    }

    private static @Nullable String name(@Nullable Price price) {
        return price == null ? null : price.name();
    }

    private static String input(@Nullable Price price) {
        return rate(price, PricedUnit.INPUT);
    }

    private static String rate(@Nullable Price price, PricedUnit unit) {
        return new Term(
                        unit,
                        ServiceTier.STANDARD,
                        0,
                        Objects.requireNonNull(price).rate(unit, ServiceTier.STANDARD, 1))
                .amount()
                .stripTrailingZeros()
                .toPlainString();
    }
}
