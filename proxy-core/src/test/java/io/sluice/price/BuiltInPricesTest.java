package io.sluice.price;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.usage.ServiceTier;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BuiltInPricesTest {

    private final BuiltInPrices prices = BuiltInPrices.instance();

    @Test
    void isWhatItsWriterMakesOfItsSource() throws IOException {
        String expected = BuiltInPricesWriter.table(SharedPrices.file(), SharedPrices.DAY);

        assertThat(resource()).isEqualTo(expected);
    }

    @Test
    void findsEveryModel() {
        List<String> names = prices.names();

        assertThat(names).hasSizeGreaterThan(1_500).doesNotHaveDuplicates();
        for (String name : names) {
            PriceTerms terms = Objects.requireNonNull(prices.find(name), name);
            assertThat(terms.terms()).as(name).isNotEmpty();
            assertThat(new Price(name, "test", Currency.USD, terms).terms()).isEqualTo(terms);
        }
    }

    @Test
    void findsNothing_betweenAndBeyondItsModels() {
        assertThat(prices.find("")).isNull();
        assertThat(prices.find("gpt-4o-")).isNull();
        assertThat(prices.find("gpt-4")).isNotNull();
        assertThat(prices.find("zzzz")).isNull();
        assertThat(prices.find("\u00e4")).isNull();
    }

    @Test
    void readsAllColumns() {
        BuiltInPrices own =
                new BuiltInPrices(
                        """
                        # Prices as of 2026-01-02
                        a\tchat\t1000\t-\tinput=0.4 input>200000=0.8 input>200000@priority=1 output@batch=0.000001
                        b\t-\t-\t7\tsearch=35000
                        """
                                .getBytes(UTF_8));

        assertThat(own.date()).isEqualTo("2026-01-02");
        assertThat(own.find("a"))
                .isEqualTo(
                        new PriceTerms(
                                "chat",
                                1000L,
                                null,
                                List.of(
                                        new Term(
                                                PricedUnit.INPUT,
                                                ServiceTier.STANDARD,
                                                0,
                                                400_000_000_000L),
                                        new Term(
                                                PricedUnit.INPUT,
                                                ServiceTier.STANDARD,
                                                200_000,
                                                800_000_000_000L),
                                        new Term(
                                                PricedUnit.INPUT,
                                                ServiceTier.PRIORITY,
                                                200_000,
                                                1_000_000_000_000L),
                                        new Term(
                                                PricedUnit.OUTPUT,
                                                ServiceTier.BATCH,
                                                0,
                                                1_000_000L))));
        assertThat(own.find("b"))
                .isEqualTo(
                        new PriceTerms(
                                null,
                                null,
                                7L,
                                List.of(
                                        new Term(
                                                PricedUnit.SEARCH,
                                                ServiceTier.STANDARD,
                                                0,
                                                35_000_000_000_000_000L))));
    }

    @Test
    void hasModelsOfEveryMode() {
        Set<String> modes = new HashSet<>();
        for (String name : prices.names()) {
            modes.add(String.valueOf(Objects.requireNonNull(prices.find(name)).mode()));
        }

        assertThat(modes)
                .contains(
                        "chat",
                        "completion",
                        "embedding",
                        "responses",
                        "rerank",
                        "image_generation",
                        "audio_transcription",
                        "audio_speech",
                        "moderation");
    }

    private static String resource() throws IOException {
        try (InputStream in = BuiltInPrices.class.getResourceAsStream("prices.tsv")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
        }
    }
}
