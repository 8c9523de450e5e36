package io.sluice.admission;

import static io.sluice.admission.AdmissionFixture.CENT;
import static io.sluice.admission.AdmissionFixture.DOLLAR;
import static io.sluice.admission.AdmissionFixture.budget;
import static io.sluice.admission.AdmissionFixture.granting;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.BudgetMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BudgetRaceTest {

    private static final int THREADS = 10;
    private static final int CALLS_EACH = 50;
    private static final int ROUNDS = 1_000;

    private static final BudgetTerms HARD = budget(DOLLAR, BudgetMode.HARD);

    @Test
    void admitsNoMoreThanABudgetPaysFor_ofFiveHundredCallsAtOnce() throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            for (int round = 0; round < ROUNDS; round++) {
                Accounts accounts = new Accounts();
                Account key = accounts.setTerms(AccountKind.KEY, "k", granting(HARD), 0);
                Account team = accounts.setTerms(AccountKind.TEAM, "t", granting(HARD), 0);

                List<List<Permit>> admitted =
                        each(pool, () -> admitAll(new AdmissionFixture(accounts, null), team, key));

                long count = admitted.stream().mapToLong(List::size).sum();
                assertThat(count).as("round %d", round).isEqualTo(100);
                admitted.forEach(some ->
                        some.forEach(permit -> {
                            permit.charge(AdmissionFixture.cost(CENT), 1, 0, 1_800_000_000_000L);
                            permit.close();
                        }));
                assertThat(key.spentPicos(HARD, 1_800_000_000_000L)).isEqualTo(DOLLAR);
                assertThat(key.heldPicos(HARD, 1_800_000_000_000L)).isZero();
                assertThat(team.openCalls()).isZero();
            }
        }
    }

    /** The budgets of a model, a tag, a provider and of one model of a key, each alone. */
    @ParameterizedTest
    @EnumSource(
            value = AccountKind.class,
            names = {"MODEL", "TAG", "PROVIDER", "DEPLOYMENT", "END_USER", "KEY"})
    void admitsNoMoreThanTheBudgetOfAnyLevelPaysFor(AccountKind kind) throws Exception {
        BudgetTerms only =
                new BudgetTerms(
                        "model:m",
                        DOLLAR,
                        HARD.currency(),
                        HARD.window(),
                        BudgetMode.HARD,
                        BudgetTerms.NO_SOFT_LIMIT,
                        "m");
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            for (int round = 0; round < ROUNDS; round++) {
                Accounts accounts = new Accounts();
                Account bound =
                        accounts.setTerms(
                                kind, "x", granting(kind == AccountKind.KEY ? only : HARD), 0);

                List<List<Permit>> admitted =
                        each(pool, () -> admitAll(new AdmissionFixture(accounts, null), bound));

                long count = admitted.stream().mapToLong(List::size).sum();
                assertThat(count).as("round %d", round).isEqualTo(100);
                admitted.forEach(some -> some.forEach(Permit::cancel));
                assertThat(bound.openCalls()).isZero();
                assertThat(bound.heldPicos(HARD, 1_800_000_000_000L)).isZero();
            }
        }
    }

    @Test
    void neverSpendsMoreThanABudget_whileCallsComeAndGo() throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            for (int round = 0; round < 100; round++) {
                long seed = round;
                Accounts accounts = new Accounts();
                Account key = accounts.setTerms(AccountKind.KEY, "k", granting(HARD), 0);

                each(
                        pool,
                        () -> {
                            comeAndGo(new AdmissionFixture(accounts, null), key, new Random(seed));
                            return List.of();
                        });

                assertThat(key.spentPicos(HARD, 1_800_000_000_000L))
                        .as("seed %d", seed)
                        .isLessThanOrEqualTo(DOLLAR);
                assertThat(key.heldPicos(HARD, 1_800_000_000_000L)).as("seed %d", seed).isZero();
                assertThat(key.openCalls()).as("seed %d", seed).isZero();
            }
        }
    }

    private static void comeAndGo(AdmissionFixture loop, Account key, Random random) {
        List<Permit> open = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            if (loop.ask(5 * CENT, key) instanceof Permit permit) {
                open.add(permit);
            }
            if (!open.isEmpty() && random.nextBoolean()) {
                Permit ended = open.removeLast();
                if (random.nextInt(4) > 0) {
                    loop.charge(ended, random.nextLong(5 * CENT + 1), 1);
                }
                ended.close();
            }
        }
        open.forEach(Permit::cancel);
    }

    private static List<Permit> admitAll(AdmissionFixture loop, Account... charged) {
        List<Permit> admitted = new ArrayList<>();
        for (int i = 0; i < CALLS_EACH; i++) {
            if (loop.ask(CENT, charged) instanceof Permit permit) {
                admitted.add(permit);
            }
        }
        return admitted;
    }

    private static <T> List<T> each(ExecutorService pool, Callable<T> work) throws Exception {
        List<T> results = new ArrayList<>();
        for (Future<T> one : pool.invokeAll(java.util.Collections.nCopies(THREADS, work))) {
            results.add(one.get());
        }
        return results;
    }
}
