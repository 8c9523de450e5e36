package io.sluice.admission;

import static io.sluice.admission.AdmissionFixture.CENT;
import static io.sluice.admission.AdmissionFixture.DOLLAR;
import static io.sluice.admission.AdmissionFixture.MINUTE;
import static io.sluice.admission.AdmissionFixture.budget;
import static io.sluice.admission.AdmissionFixture.granting;
import static io.sluice.admission.AdmissionFixture.parallel;
import static io.sluice.admission.AdmissionFixture.perMinute;
import static io.sluice.admission.AdmissionFixture.price;
import static io.sluice.admission.AdmissionFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.BudgetMode;
import io.sluice.error.ErrorCode;
import io.sluice.message.Dialect;
import io.sluice.price.CallCost;
import io.sluice.price.Currency;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private final AdmissionFixture fixture = new AdmissionFixture();

    @Test
    void refusesTheCallAboveALimit_andSaysWhen() {
        Account key = fixture.key("ci", granting(perMinute(LimitUnit.REQUESTS, 2)));
        fixture.admitted(0, key);
        fixture.admitted(0, key);

        Refusal refusal = refused(fixture.ask(0, key));

        assertThat(refusal.code()).isEqualTo(ErrorCode.RATE_LIMIT_EXCEEDED);
        assertThat(refusal.message()).isEqualTo("this key may use 2 requests per minute");
        assertThat(refusal.waitNanos()).isBetween(1L, Duration.ofSeconds(62).toNanos());
        fixture.nowNanos += refusal.waitNanos();
        fixture.admitted(0, key);
    }

    @Test
    void consumesNothing_whereACallIsRefused() {
        Account wide =
                fixture.accounts.setTerms(
                        AccountKind.TEAM,
                        "t",
                        new Terms(
                                List.of(
                                        perMinute(LimitUnit.REQUESTS, 10),
                                        perMinute(LimitUnit.TOKENS, 100_000)),
                                5,
                                List.of(budget(DOLLAR, BudgetMode.HARD)),
                                Terms.USUAL_PRIORITY),
                        0);
        Account narrow = fixture.key("k", granting(budget(0, BudgetMode.HARD)));

        for (int i = 0; i < 100; i++) {
            refused(fixture.ask(CENT, wide, narrow));
        }

        assertThat(wide.openCalls()).isZero();
        assertThat(wide.heldPicos(wide.terms().budgets().getFirst(), fixture.nowMillis)).isZero();
        RateStatus status = new RateStatus();
        assertThat(status.read(AdmissionFixture.levels(wide), LimitUnit.REQUESTS, 0)).isTrue();
        assertThat(status.remaining()).isEqualTo(10);
        assertThat(status.read(AdmissionFixture.levels(wide), LimitUnit.TOKENS, 0)).isTrue();
        assertThat(status.remaining()).isEqualTo(100_000);
        assertThat(fixture.holds).isZero();
    }

    @Test
    void returnsTokensThatWereNotUsed_andCountsThoseThatWereMore() {
        Account key = fixture.key("k", granting(perMinute(LimitUnit.TOKENS, 1_000)));
        fixture.demand.start(400);
        fixture.demand.setOutput(300, 1);
        Permit permit = AdmissionFixture.admitted(fixture.askAgain(key));
        assertThat(remaining(key, LimitUnit.TOKENS)).isEqualTo(1_000 - 101 - 300);

        fixture.charge(permit, 0, 50);
        permit.close();
        assertThat(remaining(key, LimitUnit.TOKENS)).isEqualTo(950);

        Permit second = AdmissionFixture.admitted(fixture.askAgain(key));
        fixture.charge(second, 0, 949);
        second.close();
        assertThat(remaining(key, LimitUnit.TOKENS)).isEqualTo(1);
    }

    @Test
    void servesACallThatIsLargerThanItsLimit_onlyWhenNothingElseCounts() {
        Account key = fixture.key("k", granting(perMinute(LimitUnit.TOKENS, 1_000)));
        fixture.demand.start(400_000);
        fixture.demand.setOutput(300, 1);

        AdmissionFixture.admitted(fixture.askAgain(key));
        refused(fixture.askAgain(key));
    }

    @Test
    void limitsWhatIsSpentInAMinute() {
        Account key = fixture.key("k", granting(perMinute(LimitUnit.COST, 10_000_000)));
        Permit first = fixture.admitted(0, key);
        fixture.charge(first, CENT, 1);
        first.close();

        assertThat(refused(fixture.ask(1, key)).message()).contains("nano-dollars per minute");
        fixture.pass(MINUTE.plusSeconds(1));
        fixture.admitted(1, key).cancel();
    }

    @Test
    void givesParallelCallsBack_howeverTheyEnd() {
        Account key = fixture.key("k", parallel(3));
        Random random = new Random(5);
        for (int i = 0; i < 10_000; i++) {
            Permit permit = fixture.admitted(0, key);
            switch (random.nextInt(3)) {
                case 0 -> permit.cancel();
                case 1 -> permit.close();
                default -> {
                    fixture.charge(permit, 1, 1);
                    permit.close();
                }
            }
        }
        assertThat(key.openCalls()).isZero();

        Permit one = fixture.admitted(0, key);
        fixture.admitted(0, key);
        fixture.admitted(0, key);
        Refusal refusal = refused(fixture.ask(0, key));
        assertThat(refusal.message()).isEqualTo("this key may have 3 calls at the same time");
        one.close();
        fixture.admitted(0, key);
    }

    @Test
    void servesTheFirstCallOfATinySoftBudget_andRefusesTheSecond() {
        Account key = fixture.key("k", granting(budget(1, BudgetMode.SOFT)));
        Permit first = fixture.admitted(DOLLAR, key);
        fixture.charge(first, DOLLAR, 10);
        first.close();

        Refusal refusal = refused(fixture.ask(0, key));

        assertThat(refusal.code()).isEqualTo(ErrorCode.INSUFFICIENT_QUOTA);
        assertThat(refusal.message())
                .contains("the budget of this key is used up: 1.0000 of 0.000000000001 USD");
        assertThat(fixture.admission.precheck(fixture.levels, 0, fixture.nowMillis)).isNotNull();
    }

    @Test
    void holdsTheWorstCase_andReturnsTheRest() {
        BudgetTerms terms = budget(DOLLAR, BudgetMode.HARD);
        Account key = fixture.key("k", granting(terms));
        Permit permit = fixture.admitted(60 * CENT, key);
        assertThat(key.heldPicos(terms, fixture.nowMillis)).isEqualTo(60 * CENT);
        assertThat(fixture.holds).isOne();
        assertThat(refused(fixture.ask(60 * CENT, key)).message())
                .contains("has 0.4000 of 1.00 USD left, and this call may cost 0.6000");

        fixture.charge(permit, 5 * CENT, 1);

        assertThat(key.heldPicos(terms, fixture.nowMillis)).isZero();
        assertThat(key.spentPicos(terms, fixture.nowMillis)).isEqualTo(5 * CENT);
        assertThat(fixture.holds).isZero();
        permit.close();
        fixture.admitted(95 * CENT, key).close();
        assertThat(key.heldPicos(terms, fixture.nowMillis)).isZero();
    }

    @Test
    void chargesTheHold_whereNobodyKnowsTheCost() {
        BudgetTerms hard = budget(DOLLAR, BudgetMode.HARD);
        BudgetTerms soft = budget(DOLLAR, BudgetMode.SOFT);
        Account key = fixture.key("k", granting(hard));
        Account other = fixture.key("o", granting(soft));
        Permit permit = fixture.admitted(CENT, key, other);

        permit.charge(CallCost.UNMEASURED, 0, fixture.nowNanos, fixture.nowMillis);
        permit.close();

        assertThat(key.spentPicos(hard, fixture.nowMillis)).isEqualTo(CENT);
        assertThat(key.heldPicos(hard, fixture.nowMillis)).isZero();
        assertThat(other.spentPicos(soft, fixture.nowMillis)).isZero();
        assertThat(fixture.holds).isZero();
    }

    @Test
    void holdsAnew_forEachFurtherAttempt() {
        BudgetTerms terms = budget(DOLLAR, BudgetMode.HARD);
        Account key = fixture.key("k", granting(terms));
        Permit permit = fixture.admitted(60 * CENT, key);
        fixture.charge(permit, 30 * CENT, 1);

        assertThat(permit.renew(fixture.nowMillis)).isNull();
        assertThat(key.heldPicos(terms, fixture.nowMillis)).isEqualTo(60 * CENT);
        fixture.charge(permit, 20 * CENT, 1);

        Refusal refusal = permit.renew(fixture.nowMillis);
        assertThat(refusal).isNotNull();
        permit.close();
        assertThat(key.heldPicos(terms, fixture.nowMillis)).isZero();
        assertThat(key.spentPicos(terms, fixture.nowMillis)).isEqualTo(50 * CENT);
        assertThat(key.openCalls()).isZero();
    }

    @Test
    void boundsTheOutput_byWhatIsLeft() {
        Account key = fixture.key("k", granting(budget(1_000, BudgetMode.HARD)));
        fixture.demand.start(44);
        fixture.demand.setOutput(0, 1);
        fixture.demand.addPrice(price(1, 10, 128_000L, 16_000L));

        Permit permit = AdmissionFixture.admitted(fixture.askAgain(key));

        assertThat(permit.outputBound()).isEqualTo((1_000 - 44 - Demand.TEMPLATE_TOKENS) / 10);
        assertThat(permit.isExhausted(permit.outputBound())).isFalse();
        assertThat(permit.isExhausted(permit.outputBound() + 1)).isTrue();
        permit.close();
    }

    @Test
    void leavesABodyAlone_thatStatesItsBound_orHasNoHardBudget() {
        Account soft = fixture.key("s", granting(budget(1_000_000, BudgetMode.SOFT)));
        fixture.demand.start(44);
        fixture.demand.setOutput(0, 1);
        fixture.demand.addPrice(price(1, 10, 128_000L, 16_000L));
        Permit permit = AdmissionFixture.admitted(fixture.askAgain(soft));
        assertThat(permit.outputBound()).isZero();
        assertThat(permit.isExhausted(Long.MAX_VALUE)).isFalse();

        Account hard = fixture.key("h", granting(budget(1_000_000, BudgetMode.HARD)));
        fixture.demand.start(44);
        fixture.demand.setOutput(50, 2);
        fixture.demand.addPrice(price(1, 10, 128_000L, 16_000L));
        Permit stated = AdmissionFixture.admitted(fixture.askAgain(hard));
        assertThat(stated.outputBound()).isZero();
        assertThat(stated.isExhausted(100)).isFalse();
        assertThat(stated.isExhausted(101)).isTrue();
    }

    @Test
    void refusesWhatHasNoBound_underAHardBudgetAlone() {
        Account hard = fixture.key("h", granting(budget(DOLLAR, BudgetMode.HARD)));
        Account soft = fixture.key("s", granting(budget(DOLLAR, BudgetMode.SOFT)));
        fixture.demand.start(44);
        fixture.demand.setOutput(10, 1);
        fixture.demand.setUnboundedInput();
        fixture.demand.addPrice(price(1, 1, null, null));

        assertThat(refused(fixture.askAgain(hard)).code()).isEqualTo(ErrorCode.UNBOUNDED_COST);
        AdmissionFixture.admitted(fixture.askAgain(soft)).cancel();

        fixture.demand.start(44);
        fixture.demand.setOutput(10, 1);
        fixture.demand.setUnboundedInput();
        fixture.demand.addPrice(price(1, 1, 1_000L, null));
        Permit bounded = AdmissionFixture.admitted(fixture.askAgain(hard));
        BudgetTerms terms = hard.terms().budgets().getFirst();
        assertThat(hard.heldPicos(terms, fixture.nowMillis)).isEqualTo(1_010);
        bounded.cancel();

        fixture.demand.start(44);
        fixture.demand.setOutput(10, 1);
        fixture.demand.addPrice(null);
        assertThat(refused(fixture.askAgain(hard)).message()).contains("no price is known");

        fixture.demand.start(44);
        fixture.demand.setFree();
        AdmissionFixture.admitted(fixture.askAgain(hard)).cancel();
    }

    @Test
    void sumsABudgetInItsOwnCurrency() {
        Currency euro = Currency.of("EUR", new BigDecimal("1.10"));
        BudgetTerms terms =
                new BudgetTerms(
                        "b",
                        5 * DOLLAR,
                        euro,
                        AdmissionFixture.UTC_DAY,
                        BudgetMode.SOFT,
                        BudgetTerms.NO_SOFT_LIMIT);
        Account key = fixture.key("k", granting(terms));
        Permit permit = fixture.admitted(0, key);

        permit.charge(new CallCost(CallCost.State.PRICED, 110 * CENT, "EUR", 100 * CENT), 1, 0, 0);
        permit.renew(fixture.nowMillis);
        fixture.charge(permit, 110 * CENT, 1);
        permit.close();

        assertThat(key.spentPicos(terms, fixture.nowMillis)).isEqualTo(200 * CENT);
    }

    @Test
    void tellsOnce_whenASoftLimitIsPassed() {
        BudgetTerms terms =
                new BudgetTerms(
                        "b",
                        DOLLAR,
                        Currency.USD,
                        AdmissionFixture.UTC_DAY,
                        BudgetMode.SOFT,
                        10 * CENT);
        Account key = fixture.key("k", granting(terms));
        for (int i = 0; i < 5; i++) {
            Permit permit = fixture.admitted(0, key);
            fixture.charge(permit, 4 * CENT, 1);
            permit.close();
        }

        assertThat(fixture.softLimits).containsExactly("key k " + 12 * CENT);
    }

    @Test
    void takesFromKeys_whenTheGatewayIsNearlyFull() {
        fixture.throttle = new Throttle(800);
        fixture.accounts.gateway().setTerms(granting(perMinute(LimitUnit.REQUESTS, 100)), 0);
        Account gateway = fixture.accounts.gateway();
        Account greedy =
                fixture.key(
                        "g",
                        new Terms(
                                List.of(perMinute(LimitUnit.REQUESTS, 100)),
                                Terms.UNLIMITED,
                                List.of(),
                                2_000));
        int admitted = 0;
        while (fixture.ask(0, gateway, greedy) instanceof Permit) {
            admitted++;
        }

        assertThat(admitted).isBetween(81, 90);
        Refusal refusal = refused(fixture.ask(0, gateway, greedy));
        assertThat(refusal.message()).contains("at this moment").contains("this key");
    }

    @Test
    void tellsWhatIsReallyLeft_whenTheGatewayIsNearlyFull() {
        fixture.throttle = new Throttle(800);
        fixture.accounts.gateway().setTerms(granting(perMinute(LimitUnit.REQUESTS, 100)), 0);
        Account gateway = fixture.accounts.gateway();
        Account key = fixture.key("k", granting(perMinute(LimitUnit.REQUESTS, 100)));
        String lines = "";
        while (fixture.ask(0, gateway, key) instanceof Permit permit) {
            lines = permit.rateLines(Dialect.OPENAI_CHAT, null, fixture.nowNanos, 0);
        }

        assertThat(lines)
                .contains("x-ratelimit-limit-requests: 100")
                .contains("x-ratelimit-remaining-requests: 0");
    }

    @Test
    void limitsTheCallsToOneModel_andNoOthers() {
        RateLimit ofModel = new RateLimit(LimitUnit.REQUESTS, AdmissionFixture.MINUTE, 2, "gpt");
        Account key = fixture.key("k", granting(ofModel, perMinute(LimitUnit.REQUESTS, 5)));
        fixture.model = "gpt";
        assertThat(fixture.ask(0, key)).isInstanceOf(Permit.class);
        Permit second = (Permit) fixture.ask(0, key);
        assertThat(second.rateLines(Dialect.OPENAI_CHAT, null, fixture.nowNanos, 0))
                .contains("x-ratelimit-limit-requests: 2");
        Refusal refusal = refused(fixture.ask(0, key));
        assertThat(refusal.message()).contains("2 requests per minute of the model gpt");

        fixture.model = "claude";
        for (int i = 0; i < 3; i++) {
            assertThat(fixture.ask(0, key)).isInstanceOf(Permit.class);
        }
        assertThat(refused(fixture.ask(0, key)).message()).contains("5 requests per minute");
    }

    @Test
    void shrinksLimits_asTheFormulaSays() {
        Throttle throttle = new Throttle(800);

        assertThat(throttle.allowed(1_000, 800, 1_000)).isEqualTo(1_000);
        assertThat(throttle.allowed(1_000, 900, 1_000)).isEqualTo(800);
        assertThat(throttle.allowed(1_000, 1_000, 1_000)).isEqualTo(600);
        assertThat(throttle.allowed(1_000, 1_000, 10_000)).isEqualTo(100);
        assertThat(Throttle.OFF.allowed(1_000, 1_000, 10_000)).isEqualTo(1_000);
    }

    @Test
    void refusesForEver_onceACounterIsFull() {
        Account key = fixture.key("k", granting(budget(Long.MAX_VALUE / 2, BudgetMode.SOFT)));
        for (int i = 0; i < 3; i++) {
            if (fixture.ask(0, key) instanceof Permit permit) {
                fixture.charge(permit, Long.MAX_VALUE / 2, 1);
                permit.close();
            }
        }

        refused(fixture.ask(0, key));
    }

    @Test
    void writesHeaders_thatAgreeWithEachOther() {
        Account key =
                fixture.key(
                        "k",
                        granting(
                                perMinute(LimitUnit.REQUESTS, 60),
                                new RateLimit(LimitUnit.REQUESTS, Duration.ofDays(1), 1_000)));
        Permit permit = fixture.admitted(0, key);

        assertThat(
                        permit.rateLines(Dialect.OPENAI_CHAT, null, fixture.nowNanos, 0)
                                .split("\r\n", -1))
                .containsExactly(
                        "x-ratelimit-limit-requests: 60",
                        "x-ratelimit-remaining-requests: 59",
                        "x-ratelimit-reset-requests: 1m1s",
                        "");
        assertThat(RateHeaders.retryAfter(1_200_000_001L))
                .isEqualTo("retry-after: 2\r\nretry-after-ms: 1201\r\n");
        assertThat(duration(0)).isEqualTo("0ms");
        assertThat(duration(Duration.ofMinutes(6).toNanos())).isEqualTo("6m0s");
        assertThat(duration(Duration.ofSeconds(7205).toNanos())).isEqualTo("2h0m5s");
    }

    private long remaining(Account account, LimitUnit unit) {
        RateStatus status = new RateStatus();
        assertThat(status.read(AdmissionFixture.levels(account), unit, fixture.nowNanos)).isTrue();
        return status.remaining();
    }

    private static String duration(long nanos) {
        StringBuilder text = new StringBuilder();
        RateHeaders.addDuration(text, nanos);
        return text.toString();
    }
}
