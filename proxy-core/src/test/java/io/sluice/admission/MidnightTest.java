package io.sluice.admission;

import static io.sluice.admission.AdmissionFixture.CENT;
import static io.sluice.admission.AdmissionFixture.DOLLAR;
import static io.sluice.admission.AdmissionFixture.granting;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.BudgetMode;
import io.sluice.config.BudgetWindow;
import io.sluice.error.ErrorCode;
import io.sluice.price.Currency;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MidnightTest {

    private final AdmissionFixture fixture = new AdmissionFixture();

    @ParameterizedTest
    @CsvSource({
        "day,   UTC,              2026-11-21T23:59:59.999Z, 2026-11-22T00:00:00Z",
        "day,   Europe/Berlin,    2026-03-29T00:30:00Z,     2026-03-29T22:00:00Z",
        "day,   Europe/Berlin,    2026-10-25T12:00:00Z,     2026-10-25T23:00:00Z",
        "day,   America/New_York, 2026-11-01T04:00:00Z,     2026-11-02T05:00:00Z",
        "week,  UTC,              2026-11-22T23:59:59Z,     2026-11-23T00:00:00Z",
        "month, UTC,              2028-02-29T12:00:00Z,     2028-03-01T00:00:00Z",
        "month, Asia/Kolkata,     2026-12-31T18:29:59Z,     2026-12-31T18:30:00Z",
        "24h,   UTC,              2026-11-21T23:59:59.999Z, 2026-11-22T00:00:00Z",
        "1h,    UTC,              2026-11-21T10:20:30Z,     2026-11-21T11:00:00Z"
    })
    void givesBackTheWholeAmount_whenTheNextWindowBegins(
            String window, String zone, Instant now, Instant end) {
        BudgetWindow parsed = BudgetWindow.parse(window);
        assertThat(parsed).isNotNull();
        Account key = fixture.key("k", granting(budget(new SpendWindow(parsed, ZoneId.of(zone)))));
        fixture.nowMillis = now.toEpochMilli();
        spend(key, DOLLAR);

        Refusal refusal = AdmissionFixture.refused(fixture.ask(0, key));
        assertThat(refusal.code()).isEqualTo(ErrorCode.INSUFFICIENT_QUOTA);
        assertThat(refusal.waitNanos()).isEqualTo(Duration.between(now, end).toNanos());

        fixture.nowMillis = end.toEpochMilli() - 1;
        AdmissionFixture.refused(fixture.ask(0, key));
        fixture.nowMillis = end.toEpochMilli();
        fixture.admitted(0, key).cancel();
    }

    @Test
    void saysWhatWasSpent_andWhenItResets_asTheDailyCapDoes() {
        Currency euro = Currency.of("EUR", new java.math.BigDecimal("1.10"));
        fixture.accounts
                .gateway()
                .setTerms(
                        granting(
                                new BudgetTerms(
                                        "b",
                                        5 * DOLLAR,
                                        euro,
                                        AdmissionFixture.UTC_DAY,
                                        BudgetMode.SOFT,
                                        BudgetTerms.NO_SOFT_LIMIT)),
                        0);
        fixture.nowMillis = Instant.parse("2026-11-21T20:00:00Z").toEpochMilli();
        Permit permit = fixture.admitted(0, fixture.accounts.gateway());
        permit.charge(
                new io.sluice.price.CallCost(
                        io.sluice.price.CallCost.State.PRICED,
                        io.sluice.price.Cost.UNKNOWN,
                        "EUR",
                        5_012_345_678_901L),
                1,
                0,
                fixture.nowMillis);
        permit.close();

        Refusal refusal = AdmissionFixture.refused(fixture.ask(0, fixture.accounts.gateway()));

        assertThat(refusal.message())
                .isEqualTo(
                        "the budget of the gateway is used up: 5.0123 of 5.00 EUR were spent;"
                                + " it resets at 2026-11-22 00:00:00 UTC");
        assertThat(refusal.waitNanos()).isEqualTo(Duration.ofHours(4).toNanos());
    }

    @Test
    void chargesASoftBudget_inTheWindowInWhichTheCallEnds() {
        BudgetTerms terms = budget(AdmissionFixture.UTC_DAY);
        Account key = fixture.key("k", granting(terms));
        fixture.nowMillis = Instant.parse("2026-11-21T23:59:59Z").toEpochMilli();
        Permit permit = fixture.admitted(CENT, key);
        long before = fixture.nowMillis;
        fixture.pass(Duration.ofSeconds(2));
        fixture.charge(permit, CENT, 1);
        permit.close();

        assertThat(key.spentPicos(terms, fixture.nowMillis)).isEqualTo(CENT);
        assertThat(key.spentPicos(terms, before))
                .as("a clock that is set back brings no window back")
                .isEqualTo(CENT);
    }

    @Test
    void chargesAHardBudget_inTheWindowInWhichTheCallWasAdmitted() {
        BudgetTerms terms = AdmissionFixture.budget(DOLLAR, BudgetMode.HARD);
        Account key = fixture.key("k", granting(terms));
        fixture.nowMillis = Instant.parse("2026-11-21T23:59:59Z").toEpochMilli();
        Permit permit = fixture.admitted(DOLLAR, key);
        fixture.pass(Duration.ofSeconds(2));
        Permit next = fixture.admitted(DOLLAR, key);
        fixture.charge(permit, DOLLAR, 1);
        permit.close();

        assertThat(key.spentPicos(terms, fixture.nowMillis)).isZero();
        assertThat(key.heldPicos(terms, fixture.nowMillis)).isEqualTo(DOLLAR);
        next.close();
    }

    @Test
    void neverResets_whereNoWindowFollows() {
        Account key =
                fixture.key(
                        "k",
                        granting(budget(new SpendWindow(BudgetWindow.NEVER, ZoneId.of("UTC")))));
        spend(key, DOLLAR);
        fixture.pass(Duration.ofDays(20_000));

        Refusal refusal = AdmissionFixture.refused(fixture.ask(0, key));

        assertThat(refusal.waitNanos()).isEqualTo(Refusal.FOR_EVER);
        assertThat(refusal.message()).contains("it does not reset");
    }

    private void spend(Account key, long picos) {
        Permit permit = fixture.admitted(0, key);
        fixture.charge(permit, picos, 1);
        permit.close();
    }

    private static BudgetTerms budget(SpendWindow window) {
        return new BudgetTerms(
                "b", DOLLAR, Currency.USD, window, BudgetMode.SOFT, BudgetTerms.NO_SOFT_LIMIT);
    }
}
