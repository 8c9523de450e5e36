package io.sluice.admission;

import static io.sluice.admission.AdmissionFixture.CENT;
import static io.sluice.admission.AdmissionFixture.DOLLAR;
import static io.sluice.admission.AdmissionFixture.budget;
import static io.sluice.admission.AdmissionFixture.granting;
import static io.sluice.admission.AdmissionFixture.parallel;
import static io.sluice.admission.AdmissionFixture.perMinute;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.BudgetMode;
import io.sluice.config.BudgetWindow;
import io.sluice.price.Currency;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class AccountsTest {

    private static final BudgetTerms HARD = budget(DOLLAR, BudgetMode.HARD);

    @Test
    void limitsUnknownEndUsers_fromTheirFirstCallsAtOnce() throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(10)) {
            for (int round = 0; round < 100; round++) {
                Accounts accounts = new Accounts();
                accounts.setEndUserTerms(granting(perMinute(LimitUnit.REQUESTS, 7)), 0);
                long admitted = 0;
                for (Future<Integer> one :
                        pool.invokeAll(
                                Collections.<Callable<Integer>>nCopies(
                                        10, () -> askTenTimes(accounts, "new")))) {
                    admitted += one.get();
                }
                assertThat(admitted).isEqualTo(7);
            }
        }
    }

    private static int askTenTimes(Accounts accounts, String name) {
        AdmissionFixture loop = new AdmissionFixture(accounts, null);
        int admitted = 0;
        for (int i = 0; i < 10; i++) {
            admitted += loop.ask(0, accounts.endUser(name, 0)) instanceof Permit ? 1 : 0;
        }
        return admitted;
    }

    @Test
    void sharesOneAccount_amongEndUsersBeyondTheBound() {
        Accounts accounts = new Accounts(3);
        accounts.setEndUserTerms(parallel(1), 0);
        List<Account> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(Objects.requireNonNull(accounts.endUser("u" + i, 0)));
        }

        assertThat(all.subList(0, 3)).doesNotHaveDuplicates();
        assertThat(all.subList(3, 10)).containsOnly(all.get(3));
        assertThat(all.subList(0, 3)).doesNotContain(all.get(3));
    }

    @Test
    void givesUpEndUsers_ofWhomNothingCounts() {
        Accounts accounts = new Accounts(2);
        AdmissionFixture fixture = new AdmissionFixture(accounts, null);
        accounts.setEndUserTerms(granting(perMinute(LimitUnit.REQUESTS, 5)), 0);
        Account first = Objects.requireNonNull(accounts.endUser("a", 0));
        Permit open = fixture.admitted(0, first);
        accounts.endUser("b", 0);
        Account shared = accounts.endUser("c", 0);
        assertThat(accounts.endUser("d", 0)).isSameAs(shared);

        accounts.sweep(0, fixture.nowMillis);
        assertThat(accounts.find(AccountKind.END_USER, "a")).isSameAs(first);
        assertThat(accounts.find(AccountKind.END_USER, "b")).isNull();

        open.close();
        fixture.pass(Duration.ofMinutes(2));
        accounts.sweep(fixture.nowNanos, fixture.nowMillis);
        assertThat(accounts.find(AccountKind.END_USER, "a")).isNull();
        Permit again = fixture.admitted(0, first);
        assertThat(accounts.find(AccountKind.END_USER, "a"))
                .as("whoever is given up while a call looks him up comes anew")
                .isNotNull()
                .isNotSameAs(first);
        again.close();
    }

    @Test
    void changesNoCount_howeverOftenTermsChange() {
        AdmissionFixture fixture = new AdmissionFixture();
        Terms terms =
                new Terms(List.of(perMinute(LimitUnit.REQUESTS, 1_000)), 500, List.of(HARD), 1_000);
        Account key = fixture.key("k", terms);
        List<Permit> open = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Permit permit = fixture.admitted(CENT / 10, key);
            if (i % 2 == 0) {
                open.add(permit);
            } else {
                fixture.charge(permit, CENT / 10, 1);
                permit.close();
            }
            fixture.key("k", i % 3 == 0 ? Terms.NONE : terms);
            fixture.key("k", terms);
        }

        assertThat(key.spentPicos(HARD, fixture.nowMillis)).isEqualTo(50 * CENT / 10);
        assertThat(key.heldPicos(HARD, fixture.nowMillis)).isEqualTo(50 * CENT / 10);
        assertThat(key.openCalls()).isEqualTo(50);
        RateStatus status = new RateStatus();
        status.read(AdmissionFixture.levels(key), LimitUnit.REQUESTS, 0);
        assertThat(status.remaining()).isEqualTo(900);
        open.forEach(Permit::close);
        assertThat(key.heldPicos(HARD, fixture.nowMillis)).isZero();
    }

    @Test
    void obeysALoweredBudget_atTheNextCall_andKeepsWhatWasSpentInALongerWindow() {
        AdmissionFixture fixture = new AdmissionFixture();
        Account key = fixture.key("k", granting(HARD));
        Permit held = fixture.admitted(10 * CENT, key);
        Permit permit = fixture.admitted(50 * CENT, key);
        fixture.charge(permit, 50 * CENT, 1);
        permit.close();

        fixture.key("k", granting(budget(40 * CENT, BudgetMode.HARD)));
        AdmissionFixture.refused(fixture.ask(0, key));

        BudgetTerms month =
                new BudgetTerms(
                        "b",
                        DOLLAR,
                        Currency.USD,
                        new SpendWindow(BudgetWindow.MONTH, ZoneId.of("UTC")),
                        BudgetMode.HARD,
                        BudgetTerms.NO_SOFT_LIMIT);
        fixture.key("k", granting(month));
        assertThat(key.spentPicos(month, fixture.nowMillis)).isEqualTo(50 * CENT);
        AdmissionFixture.refused(fixture.ask(41 * CENT, key));
        fixture.charge(held, 10 * CENT, 1);
        held.close();
        assertThat(key.spentPicos(month, fixture.nowMillis)).isEqualTo(60 * CENT);
        fixture.admitted(40 * CENT, key).close();
    }

    @Test
    void remembersWhatWasSpentBefore_once() {
        AdmissionFixture fixture = new AdmissionFixture();
        Account key = fixture.key("k", granting(HARD));
        List<String> asked = new ArrayList<>();
        SpendSource ledger =
                (account, terms, start, end) -> {
                    asked.add(account + " " + terms.currency().code() + " " + (end - start));
                    return account.kind() == AccountKind.KEY ? 99 * CENT : 0;
                };

        fixture.accounts.restore(ledger, fixture.nowMillis);
        fixture.accounts.restore(ledger, fixture.nowMillis);

        assertThat(asked).containsOnly("key k USD 86400000");
        assertThat(key.spentPicos(HARD, fixture.nowMillis)).isEqualTo(99 * CENT);
        AdmissionFixture.refused(fixture.ask(2 * CENT, key));
        fixture.admitted(CENT, key).close();
    }

    @Test
    void countsOn_whileABudgetIsTakenAway() {
        AdmissionFixture fixture = new AdmissionFixture();
        Account key = fixture.key("k", granting(HARD));
        spend(fixture, key, 10 * CENT);
        fixture.key("k", Terms.NONE);
        spend(fixture, key, 500 * CENT);
        assertThat(key.terms().isEmpty()).isTrue();
        assertThat(fixture.ask(0, key)).isInstanceOf(Permit.class);

        fixture.key("k", granting(budget(600 * CENT, BudgetMode.HARD)));

        assertThat(key.spentPicos(HARD, fixture.nowMillis)).isEqualTo(510 * CENT);
        AdmissionFixture.refused(fixture.ask(91 * CENT, key));
        fixture.admitted(90 * CENT, key).close();
    }

    @Test
    void countsOnce_whatWasSpentInAWindowThatBeganLater() {
        AdmissionFixture fixture = new AdmissionFixture();
        Account key = fixture.key("k", granting(HARD));
        key.restore((account, terms, start, end) -> 99 * CENT, fixture.nowMillis);
        fixture.pass(Duration.ofDays(1));
        spend(fixture, key, 10 * CENT);

        key.restore((account, terms, start, end) -> 10 * CENT, fixture.nowMillis);

        assertThat(key.spentPicos(HARD, fixture.nowMillis)).isEqualTo(10 * CENT);
        long reset = fixture.nowMillis + 1;
        fixture.pass(Duration.ofSeconds(1));
        key.setSpendSince(reset, fixture.nowMillis);
        key.restore((account, terms, start, end) -> start == reset ? CENT : 0, fixture.nowMillis);
        assertThat(key.spentPicos(HARD, fixture.nowMillis)).isEqualTo(CENT);
    }

    @Test
    void chargesABudgetForOneModel_withItsCallsAlone() {
        AdmissionFixture fixture = new AdmissionFixture();
        BudgetTerms other = onlyFor("other");
        BudgetTerms own = onlyFor("m");
        Account key = fixture.key("k", granting(other, own));
        spend(fixture, key, 60 * CENT);

        assertThat(key.spentPicos(other, fixture.nowMillis)).isZero();
        assertThat(key.spentPicos(own, fixture.nowMillis)).isEqualTo(60 * CENT);
        assertThat(AdmissionFixture.refused(fixture.ask(41 * CENT, key)).message())
                .contains("the budget of this key for m has 0.4000 of 1.00 USD left");
        fixture.levels.setModel("an-alias", "m");
        AdmissionFixture.refused(
                fixture.admission.admit(fixture.levels, fixture.demand, 0, fixture.nowMillis));
        fixture.levels.setModel("something", "else");
        AdmissionFixture.admitted(
                        fixture.admission.admit(
                                fixture.levels, fixture.demand, 0, fixture.nowMillis))
                .close();
    }

    @Test
    void refusesWhoIsBlocked() {
        AdmissionFixture fixture = new AdmissionFixture();
        Account tag = fixture.accounts.setTerms(AccountKind.TAG, "red", Terms.NONE.blocked(), 0);

        Refusal refusal = AdmissionFixture.refused(fixture.ask(0, tag));

        assertThat(refusal.code()).isEqualTo(io.sluice.error.ErrorCode.KEY_BLOCKED);
        assertThat(refusal.message()).isEqualTo("the tag red is blocked");
        assertThat(fixture.admission.precheck(fixture.levels, 0, fixture.nowMillis)).isNotNull();
        assertThat(tag.openCalls()).isZero();
    }

    @Test
    void givesEndUsersTheTermsOfAll_whereTheirOwnSayNothing() {
        Accounts accounts = new Accounts(1);
        accounts.setEndUserTerms(granting(HARD), 0);
        Account made = Objects.requireNonNull(accounts.endUser("ada", 0));
        accounts.setTerms(AccountKind.END_USER, "ada", parallel(2), 0);

        assertThat(accounts.endUser("ada", 0)).isSameAs(made);
        assertThat(made.terms().parallel()).isEqualTo(2);
        assertThat(made.terms().budgets()).containsExactly(HARD);
        assertThat(accounts.endUser("bob", 0)).as("there is room for another").isNotNull();
        accounts.sweep(0, 1_800_000_000_000L);
        assertThat(accounts.find(AccountKind.END_USER, "ada")).isSameAs(made);

        accounts.forget(AccountKind.END_USER, "ada", 0);
        assertThat(made.terms()).isEqualTo(granting(HARD));
        accounts.sweep(0, 1_800_000_000_000L);
        assertThat(accounts.find(AccountKind.END_USER, "ada")).isNull();
    }

    @Test
    void givesTagsTheTermsOfTheFile_whereTheDatabaseSaysNothing() {
        Accounts accounts = new Accounts();
        accounts.setTagTerms(java.util.Map.of("red", granting(HARD)), 0);
        accounts.setTerms(AccountKind.TAG, "red", parallel(2), 0);
        Account red = Objects.requireNonNull(accounts.find(AccountKind.TAG, "red"));
        assertThat(red.terms().parallel()).isEqualTo(2);
        assertThat(red.terms().budgets()).containsExactly(HARD);

        accounts.forget(AccountKind.TAG, "red", 0);
        assertThat(red.terms()).isEqualTo(granting(HARD));
        accounts.setTagTerms(java.util.Map.of(), 0);
        assertThat(red.terms().isEmpty()).isTrue();
    }

    private static void spend(AdmissionFixture fixture, Account key, long picos) {
        Permit permit = fixture.admitted(0, key);
        fixture.charge(permit, picos, 1);
        permit.close();
    }

    private static BudgetTerms onlyFor(String model) {
        return new BudgetTerms(
                "model:" + model,
                DOLLAR,
                Currency.USD,
                AdmissionFixture.UTC_DAY,
                BudgetMode.HARD,
                BudgetTerms.NO_SOFT_LIMIT,
                model);
    }

    @Test
    void spendsNoMoreThanItsSlice_whereProcessesShareABudget() {
        List<String> wanted = new ArrayList<>();
        BudgetLeases leases = (account, terms, start, picos) -> wanted.add(account + " " + picos);
        AdmissionFixture fixture = new AdmissionFixture(new Accounts(), leases);
        Account key = fixture.key("k", granting(HARD));
        long day = HARD.window().startMillis(fixture.nowMillis);
        long expires = fixture.nowMillis + 10_000;

        AdmissionFixture.refused(fixture.ask(CENT, key));
        assertThat(wanted).containsExactly("key k " + CENT);

        key.grant(HARD, new BudgetSlice(2, day, 3 * CENT, BudgetSlice.NOTHING_LEFT, expires));
        key.grant(HARD, new BudgetSlice(1, day, DOLLAR, BudgetSlice.NOTHING_LEFT, expires));
        List<Permit> open =
                List.of(
                        fixture.admitted(CENT, key),
                        fixture.admitted(CENT, key),
                        fixture.admitted(CENT, key));
        AdmissionFixture.refused(fixture.ask(CENT, key));

        key.grant(HARD, new BudgetSlice(2, day, 4 * CENT, BudgetSlice.NOTHING_LEFT, expires + 1));
        Permit fourth = fixture.admitted(CENT, key);
        fixture.charge(fourth, 0, 1);
        fourth.close();

        fixture.pass(Duration.ofMinutes(1));
        AdmissionFixture.refused(fixture.ask(CENT, key));
        open.forEach(permit -> fixture.charge(permit, CENT, 1));
        open.forEach(Permit::close);
        assertThat(key.spentPicos(HARD, fixture.nowMillis)).isEqualTo(3 * CENT);
    }

    @Test
    void knowsOnlyWhoHasTerms() {
        Accounts accounts = new Accounts();

        assertThat(accounts.find(AccountKind.TEAM, "t")).isNull();
        assertThat(accounts.find(AccountKind.TEAM, null)).isNull();
        assertThat(accounts.endUser("u", 0)).isNull();
        assertThat(accounts.all(AccountKind.GATEWAY)).containsExactly(accounts.gateway());
        accounts.setTerms(AccountKind.TEAM, "t", parallel(1), 0);
        assertThat(accounts.all(AccountKind.TEAM)).hasSize(1);
    }
}
