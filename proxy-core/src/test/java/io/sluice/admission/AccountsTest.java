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
        status.read(List.of(key), LimitUnit.REQUESTS, 0);
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
