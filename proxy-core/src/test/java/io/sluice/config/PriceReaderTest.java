package io.sluice.config;

import static io.sluice.config.Configurations.errors;
import static io.sluice.config.Configurations.load;
import static io.sluice.config.Configurations.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.PriceSettings.PerThousand;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceReaderTest {

    private static final String MODEL =
            "model_list: [{model_name: m, litellm_params: {model: openai/m, api_key: k%s}}]\n";

    @Test
    void flagsUnknownPrices_byDefault() {
        assertThat(load("").settings().prices()).isEqualTo(PriceSettings.DEFAULT);
    }

    @Test
    void readsPricesOfDeployments_withTheirCurrency() {
        LoadedSettings loaded =
                load(
                        MODEL.formatted("")
                                + "pricing: {currency: chf, m: {input: 0.0025, output: 1e-2}}\n"
                                + "prices: {unknown: refuse, rates: {CHF: 1.13}}\n");

        assertThat(loaded.findings()).isEmpty();
        PriceSettings prices = loaded.settings().prices();
        assertThat(prices.unknown()).isEqualTo(PriceSettings.Unknown.REFUSE);
        assertThat(prices.currency()).isEqualTo("CHF");
        assertThat(prices.rates()).isEqualTo(Map.of("CHF", new BigDecimal("1.13")));
        assertThat(prices.deployments())
                .isEqualTo(
                        Map.of(
                                "m",
                                new PerThousand(new BigDecimal("0.0025"), new BigDecimal("1e-2"))));
    }

    @Test
    void takesTheOutputForFree_whereOnlyTheInputHasAPrice() {
        LoadedSettings loaded = load(MODEL.formatted("") + "pricing: {m: {input: 0.0001}}\n");

        assertThat(loaded.findings()).isEmpty();
        assertThat(loaded.settings().prices().deployments().get("m"))
                .isEqualTo(new PerThousand(new BigDecimal("0.0001"), BigDecimal.ZERO));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pricing: {m: {output: 1}} | pricing.m takes input and output",
                "pricing: {m: {input: 1, oputput: 1}} | pricing.m takes input and output",
                "pricing: {m: {input: -1}} | pricing takes amounts of at least 0",
                "pricing: {m: {input: x}} | pricing takes amounts of at least 0",
                "pricing: {m: {input: 9001}} | pricing.m is more than 9,000 for 1,000 tokens",
                "pricing: {m: 7} | pricing.m takes a mapping of models to prices, this is",
                "pricing: [] | pricing takes a mapping of models to prices, this is",
                "pricing: {currency: euros} | pricing.currency takes three letters, as EUR",
                "prices: {unknown: guess} | prices.unknown takes one of refuse, flag, zero",
                "prices: {file: nowhere.json} | prices.file names a file that cannot be read",
                "prices: {rates: {EUR: 0}} | prices.rates takes dollars for one unit",
                "prices: {rates: {euro: 1}} | prices.rates takes dollars for one unit"
            })
    void refusesWhatIsNoPrice(String yaml, String error) {
        LoadedSettings loaded = load(MODEL.formatted("") + yaml + '\n');

        assertThat(errors(loaded)).anyMatch(one -> one.contains(error));
    }

    @Test
    void warnsOfDeploymentsThatAreNotListed_andOfCurrenciesWithoutRate() {
        LoadedSettings loaded =
                load(MODEL.formatted("") + "pricing: {currency: CHF, mm: {input: 1}}\n");

        assertThat(errors(loaded)).isEmpty();
        assertThat(warnings(loaded))
                .anyMatch(one -> one.contains("pricing.mm is the price of a model that is not"))
                .anyMatch(one -> one.contains("prices.rates has no rate for CHF"));
    }

    @Test
    void readsPriceFieldsBesideTheModel() {
        LoadedSettings loaded =
                load(MODEL.formatted(", input_cost_per_token: 1e-06, base_model: gpt-4o"));

        assertThat(loaded.findings()).isEmpty();
        ModelEntry entry = loaded.settings().models().getFirst();
        assertThat(entry.prices())
                .isEqualTo(Map.of("input_cost_per_token", new BigDecimal("1e-06")));
        assertThat(entry.baseModel()).isEqualTo("gpt-4o");
        assertThat(entry.unusable()).isNull();
    }

    @Test
    void makesTheEntryUnusable_whosePriceCannotBeRead() {
        for (String price : List.of("cheap", "-1", "10")) {
            LoadedSettings loaded = load(MODEL.formatted(", input_cost_per_token: " + price));

            assertThat(errors(loaded)).isEmpty();
            assertThat(warnings(loaded)).hasSize(1);
            assertThat(loaded.settings().models().getFirst().unusable())
                    .as(price)
                    .contains("input_cost_per_token");
        }
    }

    @Test
    void readsCustomPricing_leavingOutWhatIsNoPrice() {
        LoadedSettings loaded =
                load("custom_pricing: {m: {input_cost_per_token: 1e-6, mode_of_cost: 3}}\n");

        assertThat(errors(loaded)).isEmpty();
        assertThat(warnings(loaded)).singleElement().asString().contains("custom_pricing.m holds");
        assertThat(loaded.settings().prices().custom())
                .isEqualTo(Map.of("m", Map.of("input_cost_per_token", new BigDecimal("1e-6"))));
    }
}
