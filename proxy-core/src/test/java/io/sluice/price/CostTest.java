package io.sluice.price;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sluice.usage.ServiceTier;
import io.sluice.usage.Usage;
import io.sluice.usage.Usage.Extra;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostTest {

    private static final long SEED = 20_260_801;
    private static final Price PLAIN =
            price(term(PricedUnit.INPUT, "0.0000025"), term(PricedUnit.OUTPUT, "0.00001"));

    @Test
    void addsInputAndOutput() {
        assertThat(Cost.of(PLAIN, usage(1000, 100))).isEqualTo(3_500_000_000L);
    }

    @Test
    void chargesEachTokenOnce_asThePartItBelongsTo() {
        Price price =
                price(
                        term(PricedUnit.INPUT, "0.000003"),
                        term(PricedUnit.CACHE_READ, "0.0000003"),
                        term(PricedUnit.CACHE_WRITE, "0.00000375"),
                        term(PricedUnit.CACHE_WRITE_HOUR, "0.000006"),
                        term(PricedUnit.AUDIO_INPUT, "0.00004"),
                        term(PricedUnit.OUTPUT, "0.000015"),
                        term(PricedUnit.REASONING, "0.00002"),
                        term(PricedUnit.AUDIO_OUTPUT, "0.00008"));
        Usage usage = usage(1000, 500);
        usage.setCachedInputTokens(300);
        usage.setCacheWriteTokens(200);
        usage.setCount(Extra.CACHE_WRITE_HOUR_TOKENS, 50);
        usage.setAudioInputTokens(100);
        usage.setReasoningTokens(120);
        usage.setAudioOutputTokens(80);

        long micros = 300 * 300 + 50 * 6000 + 150 * 3750 + 100 * 40_000 + 400 * 3000;
        micros += 120 * 20_000 + 80 * 80_000 + 300 * 15_000;
        assertThat(Cost.of(price, usage)).isEqualTo(micros * 1000);
    }

    @Test
    void chargesPartsAsTheWhole_whereTheyHaveNoPrice() {
        Usage usage = usage(1000, 100);
        usage.setCachedInputTokens(400);
        usage.setReasoningTokens(60);

        assertThat(Cost.of(PLAIN, usage)).isEqualTo(Cost.of(PLAIN, usage(1000, 100)));
    }

    @Test
    void chargesNoMoreThanTheWhole_whereItsPartsExceedIt() {
        Price price =
                price(term(PricedUnit.INPUT, "0.000002"), term(PricedUnit.CACHE_READ, "0.000001"));
        Usage usage = usage(10, 0);
        usage.setCachedInputTokens(8);
        usage.setAudioInputTokens(8);

        assertThat(Cost.of(price, usage)).isEqualTo(8 * 1_000_000 + 2 * 2_000_000);
    }

    @ParameterizedTest
    @CsvSource({
        "199999, 1250000",
        "200000, 1250000",
        "200001, 2500000",
        "271999, 2500000",
        "272000, 2500000",
        "272001, 5000000"
    })
    void takesTheSizeThatTheInputExceeds_forAllItsTokens(long tokens, long picos) {
        Price price =
                price(
                        term(PricedUnit.INPUT, "0.00000125"),
                        term(PricedUnit.INPUT, ServiceTier.STANDARD, 200_000, "0.0000025"),
                        term(PricedUnit.INPUT, ServiceTier.STANDARD, 272_000, "0.000005"),
                        term(PricedUnit.OUTPUT, "0.00001"));

        assertThat(Cost.of(price, usage(tokens, 3))).isEqualTo(tokens * picos + 3 * 10_000_000L);
    }

    @Test
    void takesTheTiersPrice_elseTheStandardOne() {
        Price price =
                price(
                        term(PricedUnit.INPUT, "0.000002"),
                        term(PricedUnit.INPUT, ServiceTier.PRIORITY, 0, "0.000004"),
                        term(PricedUnit.INPUT, ServiceTier.FLEX, 0, "0.000001"),
                        term(PricedUnit.OUTPUT, "0.00001"));
        Usage usage = usage(1, 1);

        assertThat(Cost.of(price, usage, ServiceTier.STANDARD)).isEqualTo(12_000_000);
        assertThat(Cost.of(price, usage, ServiceTier.PRIORITY)).isEqualTo(14_000_000);
        assertThat(Cost.of(price, usage, ServiceTier.FLEX)).isEqualTo(11_000_000);
        assertThat(Cost.of(price, usage, ServiceTier.BATCH)).isEqualTo(6_000_000);
        usage.setServiceTier(ServiceTier.PRIORITY);
        assertThat(Cost.of(price, usage)).isEqualTo(14_000_000);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0000000000005, 1, 0",
        "0.0000000000005, 3, 2",
        "0.0000000000005, 5, 2",
        "0.000000000000500001, 1, 1",
        "0.000000000000499999, 1, 0",
        "0.000000000001499999, 1, 1"
    })
    void roundsOnce_halfToEven(String rate, long tokens, long picos) {
        assertThat(Cost.of(price(term(PricedUnit.INPUT, rate)), usage(tokens, 0))).isEqualTo(picos);
    }

    @Test
    void roundsTheSum_notItsParts() {
        Price price =
                price(
                        term(PricedUnit.INPUT, "0.0000000000004"),
                        term(PricedUnit.OUTPUT, "0.0000000000004"));

        assertThat(Cost.of(price, usage(1, 1))).isEqualTo(1);
    }

    @Test
    void saturates() {
        Price price = price(term(PricedUnit.INPUT, "9"), term(PricedUnit.OUTPUT, "9"));

        assertThat(Cost.of(price, usage(Usage.MAX_TOKENS, Usage.MAX_TOKENS)))
                .isEqualTo(Long.MAX_VALUE);
        assertThat(Cost.of(price, usage(1_000_000, 1_000_000))).isEqualTo(Long.MAX_VALUE);
        assertThat(Cost.of(price, usage(1_000, 1_000))).isEqualTo(18_000_000_000_000_000L);
    }

    @Test
    void chargesSecondsToTheMillisecond_andOtherUnits() {
        Price price =
                price(
                        term(PricedUnit.INPUT_SECOND, "0.0001"),
                        term(PricedUnit.QUERY, "0.002"),
                        term(PricedUnit.OUTPUT_IMAGE, "0.04"),
                        term(PricedUnit.INPUT_CHARACTER, "0.000015"));
        Usage usage = usage(0, 0);
        usage.setCount(Extra.INPUT_MILLIS, 1_001);
        usage.setCount(Extra.QUERIES, 2);
        usage.setCount(Extra.OUTPUT_IMAGES, 3);
        usage.setCount(Extra.INPUT_CHARACTERS, 7);

        assertThat(Cost.of(price, usage))
                .isEqualTo(100_100_000L + 4_000_000_000L + 120_000_000_000L + 105_000_000L);
    }

    @Test
    void isUnknown_whereSomethingUsedHasNoPrice() {
        Price input = price(term(PricedUnit.INPUT, "0.000001"));

        assertThat(Cost.of(input, usage(5, 0))).isEqualTo(5_000_000);
        assertThat(Cost.of(input, usage(5, 1))).isEqualTo(Cost.UNKNOWN);
        assertThat(Cost.of(price(), usage(5, 0))).isEqualTo(Cost.UNKNOWN);
    }

    @Test
    void isUnknown_whereNobodySaidWhatWasUsed_unlessAllIsFree() {
        assertThat(Cost.of(PLAIN, new Usage())).isEqualTo(Cost.UNKNOWN);
        assertThat(Cost.of(price(term(PricedUnit.INPUT, "0")), new Usage())).isZero();
    }

    @Test
    void marksCallsWithoutPrice_andCountsThemAsFreeOnlyWhenTold() {
        assertThat(Cost.ofCall(null, usage(1, 1), false)).isEqualTo(CallCost.UNPRICED);
        assertThat(Cost.ofCall(null, usage(1, 1), true)).isEqualTo(CallCost.FREE);
        assertThat(Cost.ofCall(PLAIN, new Usage(), false)).isEqualTo(CallCost.UNMEASURED);
        assertThat(Cost.ofCall(PLAIN, usage(1, 0), false).dollarPicos()).isEqualTo(2_500_000);
    }

    @Test
    void keepsTheAmountInItsOwnCurrency_besideDollars() {
        Price euros =
                new Price(
                        "m",
                        "test",
                        Currency.of("EUR", new BigDecimal("1.10")),
                        terms(term(PricedUnit.INPUT, "0.0000025")));
        Price francs =
                new Price(
                        "m",
                        "test",
                        Currency.of("CHF", null),
                        terms(term(PricedUnit.INPUT, "0.000001")));

        CallCost cost = Cost.ofCall(euros, usage(1, 0), false);
        assertThat(cost.picos()).isEqualTo(2_500_000);
        assertThat(cost.currency()).isEqualTo("EUR");
        assertThat(cost.dollarPicos()).isEqualTo(2_750_000);
        CallCost withoutRate = Cost.ofCall(francs, usage(1, 0), false);
        assertThat(withoutRate.picos()).isEqualTo(1_000_000);
        assertThat(withoutRate.isInDollars()).isFalse();
    }

    @Test
    void convertsAsBigDecimalDoes() {
        Random random = new Random(SEED);
        for (int i = 0; i < 10_000; i++) {
            long amount = random.nextLong() >>> (1 + random.nextInt(62));
            long factor = 1 + (random.nextLong() >>> (1 + random.nextInt(62))) % 1_000_000_000_000L;
            BigDecimal exact =
                    BigDecimal.valueOf(amount)
                            .multiply(BigDecimal.valueOf(factor, 9))
                            .setScale(0, RoundingMode.HALF_EVEN);

            assertThat(Cost.product(amount, factor))
                    .as("%s * %s, seed %s", amount, factor, SEED)
                    .isEqualTo(exact.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValueExact());
        }
    }

    @Test
    void isTheSumOfItsParts_andNeverNegative() {
        Random random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            List<Term> terms = new ArrayList<>();
            for (PricedUnit unit : PricedUnit.ALL) {
                long rate = random.nextLong(9_000_000_000_000_000_000L) >>> random.nextInt(63);
                terms.add(new Term(unit, ServiceTier.STANDARD, 0, rate));
            }
            Price price = price(terms.toArray(Term[]::new));
            Usage usage = randomUsage(random);

            long cost = Cost.of(price, usage);

            BigDecimal exact = exact(price, usage);
            assertThat(cost)
                    .as("seed %s, round %s", SEED, i)
                    .isNotNegative()
                    .isEqualTo(exact.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValueExact());
        }
    }

    private static Usage randomUsage(Random random) {
        Usage usage = usage(random.nextLong(1L << random.nextInt(1, 40)), random.nextLong(1 << 20));
        usage.setCachedInputTokens(part(random, usage.inputTokens()));
        usage.setCacheWriteTokens(part(random, usage.inputTokens() - usage.cachedInputTokens()));
        usage.setCount(Extra.CACHE_WRITE_HOUR_TOKENS, part(random, usage.cacheWriteTokens()));
        usage.setReasoningTokens(part(random, usage.outputTokens()));
        usage.setCount(Extra.REQUESTS, 1);
        usage.setCount(Extra.INPUT_MILLIS, random.nextInt(1 << 20));
        usage.setCount(Extra.SEARCHES, random.nextInt(5));
        return usage;
    }

    private static long part(Random random, long whole) {
        return whole == 0 ? 0 : random.nextLong(whole + 1);
    }

    /** The same in decimals of any length. */
    private static BigDecimal exact(Price price, Usage usage) {
        long text = usage.inputTokens() - usage.cachedInputTokens() - usage.cacheWriteTokens();
        long hour = usage.count(Extra.CACHE_WRITE_HOUR_TOKENS);
        return amount(price, PricedUnit.INPUT, text)
                .add(amount(price, PricedUnit.CACHE_READ, usage.cachedInputTokens()))
                .add(amount(price, PricedUnit.CACHE_WRITE, usage.cacheWriteTokens() - hour))
                .add(amount(price, PricedUnit.CACHE_WRITE_HOUR, hour))
                .add(
                        amount(
                                price,
                                PricedUnit.OUTPUT,
                                usage.outputTokens() - usage.reasoningTokens()))
                .add(amount(price, PricedUnit.REASONING, usage.reasoningTokens()))
                .add(amount(price, PricedUnit.REQUEST, 1))
                .add(amount(price, PricedUnit.SEARCH, usage.count(Extra.SEARCHES)))
                .add(
                        amount(price, PricedUnit.INPUT_SECOND, usage.count(Extra.INPUT_MILLIS))
                                .movePointLeft(3))
                .movePointRight(12)
                .setScale(0, RoundingMode.HALF_EVEN);
    }

    private static BigDecimal amount(Price price, PricedUnit unit, long count) {
        return BigDecimal.valueOf(price.rate(unit, ServiceTier.STANDARD, 0), 18)
                .multiply(BigDecimal.valueOf(count));
    }

    @Test
    void allocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Usage usage = usage(1000, 100);
        usage.setCachedInputTokens(64);
        long sum = 0;
        for (int i = 0; i < 20_000; i++) {
            sum += Cost.of(PLAIN, usage);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100_000; i++) {
            sum += Cost.of(PLAIN, usage);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(sum).isEqualTo(120_000 * 3_500_000_000L);
        assertThat(allocated).as("bytes in 100,000 calls").isLessThan(10_000);
    }

    private static Usage usage(long input, long output) {
        Usage usage = new Usage();
        usage.setOrigin(Usage.Origin.REPORTED);
        usage.setInputTokens(input);
        usage.setOutputTokens(output);
        return usage;
    }

    private static Price price(Term... terms) {
        return new Price("m", "test", Currency.USD, terms(terms));
    }

    private static PriceTerms terms(Term... terms) {
        return new PriceTerms("chat", null, null, List.of(terms));
    }

    private static Term term(PricedUnit unit, String amount) {
        return term(unit, ServiceTier.STANDARD, 0, amount);
    }

    private static Term term(PricedUnit unit, ServiceTier tier, int above, String amount) {
        Long price = Term.scaled(new BigDecimal(amount));
        assertThat(price).isNotNull();
        return new Term(unit, tier, above, price);
    }
}
