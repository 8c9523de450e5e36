package io.sluice.admission;

import static io.sluice.admission.AdmissionFixture.CENT;
import static io.sluice.admission.AdmissionFixture.DOLLAR;
import static io.sluice.admission.AdmissionFixture.budget;
import static io.sluice.admission.AdmissionFixture.granting;
import static io.sluice.admission.AdmissionFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.BudgetMode;
import io.sluice.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A hard budget of which this process has a part. */
class BudgetSliceTest {

    private static final BudgetTerms HARD = budget(DOLLAR, BudgetMode.HARD);

    private final List<Long> wanted = new ArrayList<>();
    private final AdmissionFixture fixture =
            new AdmissionFixture(new Accounts(), (_, _, _, picos) -> wanted.add(picos));
    private final Account key = fixture.key("k", granting(HARD));
    private final long day = HARD.window().startMillis(fixture.nowMillis);
    private final long later = fixture.nowMillis + Duration.ofDays(2).toMillis();

    @Test
    void asksToComeBackSoon_whileThereMayBeMore() {
        key.grant(HARD, new BudgetSlice(1, day, 3 * CENT, 3 * CENT, later));

        Refusal refusal = refused(fixture.ask(4 * CENT, key));

        assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refusal.waitNanos()).isEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(wanted).containsExactly(4 * CENT);
    }

    @Test
    void isOutOfQuota_whenItHasAllThatIsLeft() {
        key.grant(HARD, new BudgetSlice(1, day, 3 * CENT, BudgetSlice.NOTHING_LEFT, later));

        assertThat(refused(fixture.ask(4 * CENT, key)).code())
                .isEqualTo(ErrorCode.INSUFFICIENT_QUOTA);
        assertThat(refused(fixture.ask(2 * DOLLAR, key)).code())
                .isEqualTo(ErrorCode.INSUFFICIENT_QUOTA);
    }

    @Test
    void asksForMore_beforeItsSliceIsEmpty() {
        key.grant(HARD, new BudgetSlice(1, day, 4 * CENT, 3 * CENT, later));

        fixture.admitted(2 * CENT, key);
        assertThat(wanted).isEmpty();
        fixture.admitted(CENT, key);

        assertThat(wanted).containsExactly(3 * CENT);
    }

    @Test
    void goesOn_withASliceOfTheNextWindowThatCameEarly() {
        key.grant(HARD, new BudgetSlice(7, day, CENT, BudgetSlice.NOTHING_LEFT, later));
        long next = HARD.window().endMillis(day);
        key.grant(HARD, new BudgetSlice(1, next, 2 * CENT, BudgetSlice.NOTHING_LEFT, later));

        refused(fixture.ask(2 * CENT, key));
        fixture.admitted(CENT, key);
        fixture.pass(Duration.ofDays(1));

        fixture.admitted(2 * CENT, key);
        refused(fixture.ask(CENT, key));
    }

    @Test
    void needsANewSlice_whenItsSpendIsSetBack() {
        key.grant(HARD, new BudgetSlice(1, day, CENT, CENT, later));
        key.setSpendSince(fixture.nowMillis, fixture.nowMillis);
        assertThat(refused(fixture.ask(CENT, key)).code()).isEqualTo(ErrorCode.OVERLOADED);

        long since = key.spendStartMillis(HARD, fixture.nowMillis);
        assertThat(since).isEqualTo(fixture.nowMillis);
        key.grant(HARD, new BudgetSlice(1, since, CENT, CENT, later));

        fixture.admitted(CENT, key);
    }
}
