package io.sluice.price;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.Finding;
import io.sluice.config.Severity;
import io.sluice.usage.ServiceTier;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PriceFileTest {

    @Test
    void readsAllKindsOfPrices_andSkipsTheSample() throws IOException {
        PriceFile file =
                read(
                        """
                        {"sample_spec": {"input_cost_per_token": "text"},
                         "fallback_generalizations": {"rules": []},
                         "m": {"mode": "chat", "max_input_tokens": 1000.0, "max_tokens": 64,
                               "litellm_provider": "x", "supports_vision": true,
                               "input_cost_per_token": 1.5e-07,
                               "input_cost_per_token_above_200k_tokens_priority": 0.000001,
                               "cache_creation_input_token_cost_above_1hr": 2e-6,
                               "output_cost_per_token_batches": 3e-7,
                               "output_cost_per_token": 6e-7,
                               "output_cost_per_reasoning_token": 6e-7,
                               "file_search_cost_per_1k_calls": 2.5,
                               "output_cost_per_second": null,
                               "search_context_cost_per_query":
                                 {"search_context_size_low": 0.01, "search_context_size_medium": 0.02}}}
                        """);

        PriceTerms terms = Objects.requireNonNull(file.find("m"));
        assertThat(file.names()).containsExactly("m");
        assertThat(terms.mode()).isEqualTo("chat");
        assertThat(terms.contextWindow()).isEqualTo(1000);
        assertThat(terms.maxOutput()).isEqualTo(64);
        assertThat(terms.terms())
                .containsExactlyInAnyOrder(
                        new Term(PricedUnit.INPUT, ServiceTier.STANDARD, 0, 150_000_000_000L),
                        new Term(
                                PricedUnit.INPUT,
                                ServiceTier.PRIORITY,
                                200_000,
                                1_000_000_000_000L),
                        new Term(
                                PricedUnit.CACHE_WRITE_HOUR,
                                ServiceTier.STANDARD,
                                0,
                                2_000_000_000_000L),
                        new Term(PricedUnit.OUTPUT, ServiceTier.BATCH, 0, 300_000_000_000L),
                        new Term(PricedUnit.OUTPUT, ServiceTier.STANDARD, 0, 600_000_000_000L),
                        new Term(
                                PricedUnit.FILE_SEARCH,
                                ServiceTier.STANDARD,
                                0,
                                2_500_000_000_000_000L),
                        new Term(
                                PricedUnit.SEARCH,
                                ServiceTier.STANDARD,
                                0,
                                20_000_000_000_000_000L));
        assertThat(file.findings()).isEmpty();
    }

    @Test
    void readsSteps_asSizesOfInput() throws IOException {
        PriceFile file =
                read(
                        """
                        {"m": {"tiered_pricing": [
                          {"range": [0, 32000.0], "input_cost_per_token": 1e-6, "extra": {"a": [1]}},
                          {"input_cost_per_token": 2e-6, "range": [32000.0, 128000.0]}]}}
                        """);

        assertThat(Objects.requireNonNull(file.find("m")).terms())
                .containsExactlyInAnyOrder(
                        new Term(PricedUnit.INPUT, ServiceTier.STANDARD, 0, 1_000_000_000_000L),
                        new Term(
                                PricedUnit.INPUT,
                                ServiceTier.STANDARD,
                                32_000,
                                2_000_000_000_000L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1e-6",
                "\"1e-6\"",
                "10",
                "1e300",
                "1e999999999",
                "true",
                "[1]",
                "{\"a\": 1}"
            })
    void leavesOutTheModel_whosePriceIsNone(String amount) throws IOException {
        PriceFile file =
                read(
                        "{\"bad\": {\"output_cost_per_token\": 1e-6,\n \"input_cost_per_token\": "
                                + amount
                                + "},\n\"good\": {\"input_cost_per_token\": 1e-6}}");

        assertThat(file.names()).containsExactly("good");
        Finding finding = file.findings().getFirst();
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.position()).startsWith("prices.json:2:");
        assertThat(finding.message()).startsWith("bad: input_cost_per_token is not");
    }

    @Test
    void takesWhatIsTooSmallForNothing() throws IOException {
        PriceFile file = read("{\"m\": {\"input_cost_per_token\": 1e-999999999}}");

        assertThat(Objects.requireNonNull(file.find("m")).terms().getFirst().price()).isZero();
    }

    @Test
    void roundsFloatsThatAreAlmostDecimals() throws IOException {
        PriceFile file = read("{\"m\": {\"input_cost_per_token\": 1.4999999999999998e-07}}");

        assertThat(Objects.requireNonNull(file.find("m")).terms().getFirst().price())
                .isEqualTo(150_000_000_000L);
    }

    @Test
    void leavesOutModelsWithoutAPrice_andWhatIsNoModel() throws IOException {
        PriceFile file = read("{\"a\": {\"mode\": \"chat\"}, \"b\": 7, \"c\": [{}]}");

        assertThat(file.size()).isZero();
        assertThat(file.findings())
                .extracting(Finding::message)
                .containsExactly(
                        "b is not an object; it is left out", "c is not an object; it is left out");
    }

    @Test
    void notesPricesThatItDoesNotCharge() throws IOException {
        PriceFile file =
                read("{\"m\": {\"input_cost_per_token\": 1e-6, \"vector_cost_per_day\": 1}}");

        assertThat(file.size()).isOne();
        assertThat(file.findings())
                .extracting(Finding::message)
                .containsExactly("vector_cost_per_day is not charged for");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "7",
                "{",
                "{\"m\": {\"input_cost_per_token\": }}",
                "{\"m\": {}} {}",
                "{\"m\": {}, \"m\": {}}",
                "{\"m\": {\"tiered_pricing\": [{\"range\": [",
                "{\"m\": {\"input_cost_per_token\": NaN}}"
            })
    void refusesTheFile_thatIsNoObjectOfJson(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("prices.json");
    }

    @Test
    void refusesDeepNesting() {
        String deep = "{\"m\": {\"x\": " + "[".repeat(100) + "]".repeat(100) + "}}";

        assertThatThrownBy(() -> read(deep)).isInstanceOf(IOException.class);
    }

    @Test
    void readsTheWholeOfLiteLlmsOwnFile() throws IOException {
        PriceFile file = PriceFile.read(SharedPrices.file());

        assertThat(file.size()).isGreaterThan(2_700);
        assertThat(file.findings()).noneMatch(one -> one.severity() != Severity.NOTE);
    }

    private static PriceFile read(String text) throws IOException {
        return PriceFile.read(new ByteArrayInputStream(text.getBytes(UTF_8)), "prices.json");
    }
}
