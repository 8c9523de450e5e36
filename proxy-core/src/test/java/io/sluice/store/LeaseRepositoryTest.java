package io.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ledger.AttemptId;
import io.sluice.ledger.Settlement;
import io.sluice.price.CallCost;
import io.sluice.price.Currency;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseRepositoryTest {

    private static final long AMOUNT = 1_000_000_000_000L;
    private static final long NOW = Samples.NOW.toEpochMilli();
    private static final long TERM = Duration.ofMinutes(10).toMillis();
    private static final long START = Rows.FIRST_DAY * Rows.DAY_MILLIS;
    private static final BudgetShare DAY = share(START);

    @TempDir private Path folder;

    @Test
    void grantsNoMoreThanTheAmount_howeverManyProcessesAsk() throws Exception {
        long seed = new Random().nextLong();
        try (Database database = Engines.POSTGRESQL.migrated(folder)) {
            LeaseRepository leases = new LeaseRepository(database.data());
            List<Future<Long>> granted = new ArrayList<>();
            try (ExecutorService processes = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 8; i++) {
                    String owner = "p" + i;
                    Random random = new Random(seed + i);
                    granted.add(
                            processes.submit(() -> askUntilNothingIsLeft(leases, owner, random)));
                }
            }
            long sum = AMOUNT / 4;
            for (Future<Long> one : granted) {
                sum += one.get();
            }

            assertThat(sum).as("seed " + seed).isEqualTo(AMOUNT);
        }
    }

    /** As many threads as processes; their epochs grow. */
    private static long askUntilNothingIsLeft(LeaseRepository leases, String owner, Random random) {
        long sum = 0;
        long epoch = -1;
        LeaseGrant grant;
        do {
            if (random.nextInt(4) == 0) {
                leases.renew(owner, NOW, NOW + TERM);
            }
            grant =
                    leases.grant(
                            owner, DAY, epoch, random.nextLong(AMOUNT / 50), AMOUNT / 4, NOW, NOW);
            assertThat(grant.epoch()).isGreaterThanOrEqualTo(epoch);
            assertThat(grant.isNew()).isEqualTo(epoch < 0);
            epoch = grant.epoch();
            sum += grant.addedPicos();
        } while (grant.leftPicos() > 0);
        return sum;
    }

    @Test
    void countsAnExpiredLeaseWhole_untilItIsWrittenOff() throws Exception {
        try (Database database = Engines.POSTGRESQL.migrated(folder)) {
            LeaseRepository leases = new LeaseRepository(database.data());
            leases.grant("gone", DAY, -1, AMOUNT / 2, 0, NOW, NOW + TERM);
            book(database, "gone", AMOUNT / 10);
            long later = NOW + TERM + LeaseRepository.CLOCK_SKEW.toMillis();

            assertThat(leases.writeOff("gone", later)).isZero();
            assertThat(leases.grant("other", DAY, -1, AMOUNT, 0, later, later).addedPicos())
                    .isEqualTo(AMOUNT / 2);

            assertThat(leases.writeOff("gone", later + 1)).isEqualTo(1);
            LeaseGrant rest = leases.grant("third", DAY, -1, AMOUNT, 0, later, later);
            assertThat(rest.addedPicos()).isEqualTo(AMOUNT / 2 - AMOUNT / 10);
            assertThat(leases.renew("gone", NOW, later)).isEmpty();
        }
    }

    @Test
    void fencesAnOwnerOff_whoseLeaseWasWrittenOff() throws Exception {
        try (Database database = Engines.POSTGRESQL.migrated(folder)) {
            LeaseRepository leases = new LeaseRepository(database.data());
            LeaseGrant first = leases.grant("p", DAY, -1, AMOUNT / 2, 0, NOW, NOW - TERM);
            leases.writeOff("p", NOW);

            LeaseGrant second = leases.grant("p", DAY, first.epoch(), AMOUNT, 0, NOW, NOW + TERM);

            assertThat(second.isNew()).isTrue();
            assertThat(second.epoch()).isGreaterThan(first.epoch());
            assertThat(second.addedPicos()).isEqualTo(AMOUNT / 2);
            assertThat(leases.renew("p", NOW, NOW + TERM))
                    .containsExactly(
                            new LeaseRepository.Held(LeaseRepository.Name.of(DAY), second.epoch()));
        }
    }

    @Test
    void givesBackWhatWasNotSpent_whenItsOwnerIsBack() throws Exception {
        try (Database database = Engines.POSTGRESQL.migrated(folder)) {
            LeaseRepository leases = new LeaseRepository(database.data());
            leases.grant("p", DAY, -1, AMOUNT, 0, NOW, NOW + TERM);
            book(database, "p", AMOUNT / 4);
            book(database, "stranger", AMOUNT / 4);

            assertThat(leases.settle("p")).isEqualTo(1);

            LeaseGrant again = leases.grant("p", DAY, -1, AMOUNT, 0, NOW, NOW + TERM);
            assertThat(again.isNew()).isTrue();
            assertThat(again.addedPicos()).isEqualTo(AMOUNT - AMOUNT / 4);
            assertThat(leases.settle("p")).isEqualTo(1);
            assertThat(leases.grant("q", DAY, -1, AMOUNT, 0, NOW, NOW).addedPicos())
                    .isEqualTo(AMOUNT - AMOUNT / 4);
        }
    }

    @Test
    void givesAPartBack_whichOthersMayTake() {
        try (Database database = Engines.POSTGRESQL.migrated(folder)) {
            LeaseRepository leases = new LeaseRepository(database.data());
            LeaseGrant grant = leases.grant("p", DAY, -1, AMOUNT, 0, NOW, NOW + TERM);
            LeaseRepository.Name name = LeaseRepository.Name.of(DAY);

            assertThat(leases.giveBack("p", name, grant.epoch() + 1, AMOUNT / 2)).isFalse();
            assertThat(leases.giveBack("q", name, grant.epoch(), AMOUNT / 2)).isFalse();
            assertThat(leases.giveBack("p", name, grant.epoch(), 2 * AMOUNT)).isFalse();
            assertThat(leases.grant("q", DAY, -1, AMOUNT, 0, NOW, NOW).addedPicos()).isZero();

            assertThat(leases.giveBack("p", name, grant.epoch(), AMOUNT / 2)).isTrue();
            assertThat(leases.grant("r", DAY, -1, AMOUNT, 0, NOW, NOW).addedPicos())
                    .isEqualTo(AMOUNT / 2);
            LeaseGrant more = leases.grant("p", DAY, grant.epoch(), 1, 0, NOW, NOW + TERM);
            assertThat(more.isNew()).isFalse();
            assertThat(more.addedPicos()).isZero();
        }
    }

    @Test
    void listsLeases_byOwnersAndPages() {
        try (Database database = Engines.POSTGRESQL.migrated(folder)) {
            LeaseRepository leases = new LeaseRepository(database.data());
            leases.grant("b", DAY, -1, AMOUNT / 2, 0, NOW, NOW + TERM);
            leases.grant("a", DAY, -1, AMOUNT / 4, 0, NOW, NOW + TERM);
            leases.settle("b");

            assertThat(leases.list(null, true, null, 10))
                    .singleElement()
                    .satisfies(one -> {
                        assertThat(one.owner()).isEqualTo("a");
                        assertThat(one.name()).isEqualTo(LeaseRepository.Name.of(DAY));
                        assertThat(one.grantedPicos()).isEqualTo(AMOUNT / 4);
                        assertThat(one.expiresMillis()).isEqualTo(NOW + TERM);
                        assertThat(one.state()).isEqualTo("open");
                    });
            assertThat(leases.list(null, false, null, 10))
                    .extracting(LeaseRepository.Listed::owner)
                    .containsExactly("a", "b");
            LeaseRepository.Listed first = leases.list(null, false, null, 1).getFirst();
            List<LeaseRepository.Listed> second =
                    leases.list(null, false, LeaseRepository.Place.of(first), 1);
            assertThat(second).extracting(LeaseRepository.Listed::owner).containsExactly("b");
            assertThat(leases.list(null, false, LeaseRepository.Place.of(second.getFirst()), 1))
                    .isEmpty();
            assertThat(leases.list("b", false, null, 10)).hasSize(1);
            assertThat(leases.list("b", true, null, 10)).isEmpty();
        }
    }

    @Test
    void countsTheSumsOnce_beforeTheFirstLeaseOfAWindow() {
        try (Database database = Engines.POSTGRESQL.migrated(folder)) {
            LeaseRepository leases = new LeaseRepository(database.data());

            assertThat(leases.grant("p", DAY, -1, AMOUNT, AMOUNT / 2, NOW, NOW).addedPicos())
                    .isEqualTo(AMOUNT / 2);
            assertThat(leases.grant("q", DAY, -1, AMOUNT, 0, NOW, NOW).addedPicos()).isZero();
            BudgetShare next = share(START + Rows.DAY_MILLIS);
            assertThat(leases.grant("q", next, -1, AMOUNT, 0, NOW, NOW).addedPicos())
                    .isEqualTo(AMOUNT);
        }
    }

    @Test
    void booksOnABudgetForOneModel_theCallsToItAlone() throws Exception {
        try (Database database = Engines.POSTGRESQL.migrated(folder)) {
            LeaseRepository leases = new LeaseRepository(database.data());
            List<Settlement> rows = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                rows.add(row(START + i, "USD", AMOUNT / 100, AMOUNT / 100));
            }
            for (String model : List.of("gpt", "claude", "family", "other")) {
                leases.grant("p", ofModel(model), -1, AMOUNT, 0, NOW, NOW + TERM);
            }

            sink(database).write("p", rows, 1);
            leases.settle("p");

            for (String model : List.of("gpt", "claude", "family", "other")) {
                long calls = rows.stream().filter(row -> isNamed(row, model)).count();
                assertThat(leases.grant("q", ofModel(model), -1, AMOUNT, 0, NOW, NOW).addedPicos())
                        .as(model)
                        .isEqualTo(AMOUNT - calls * AMOUNT / 100);
            }
        }
    }

    @Test
    void booksOnAModel_theCallsByEveryNameOfIt() throws Exception {
        try (Database database = Engines.POSTGRESQL.migrated(folder)) {
            LeaseRepository leases = new LeaseRepository(database.data());
            List<Settlement> rows = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                rows.add(row(START + i, "USD", AMOUNT / 100, AMOUNT / 100));
            }
            leases.grant("p", model("family"), -1, AMOUNT, 0, NOW, NOW + TERM);
            leases.grant("p", model("gpt"), -1, AMOUNT, 0, NOW, NOW + TERM);

            sink(database).write("p", rows, 1);
            leases.settle("p");

            for (String name : List.of("family", "gpt")) {
                long calls = rows.stream().filter(row -> isNamed(row, name)).count();
                assertThat(leases.grant("q", model(name), -1, AMOUNT, 0, NOW, NOW).addedPicos())
                        .as(name)
                        .isEqualTo(AMOUNT - calls * AMOUNT / 100);
            }
        }
    }

    private static boolean isNamed(Settlement row, String model) {
        return model.equals(row.asked().modelAsked()) || model.equals(row.asked().modelGroup());
    }

    private static BudgetShare model(String id) {
        return new BudgetShare(
                Dimension.MODEL,
                id,
                "budget",
                Currency.USD,
                START,
                START + Rows.DAY_MILLIS,
                AMOUNT);
    }

    private static BudgetShare ofModel(String model) {
        return share(START, BudgetShare.MODEL_SCOPE + model);
    }

    private static BudgetShare share(long startMillis) {
        return share(startMillis, "budget");
    }

    private static BudgetShare share(long startMillis, String scope) {
        return new BudgetShare(
                Dimension.KEY,
                "k",
                scope,
                Currency.USD,
                startMillis,
                startMillis + Rows.DAY_MILLIS,
                AMOUNT);
    }

    /**
     * A row of the window in dollars, one in euros of the same worth, and one of another window.
     */
    private static void book(Database database, String owner, long dollarPicos) throws Exception {
        DatabaseSink sink = sink(database);
        List<Settlement> rows =
                List.of(
                        row(START, "USD", dollarPicos / 2, dollarPicos / 2),
                        row(START + 1, "EUR", dollarPicos, dollarPicos / 2),
                        row(START + Rows.DAY_MILLIS, "USD", dollarPicos, dollarPicos));
        sink.write(owner, rows, 1);
        sink.write(owner, rows, 2);
    }

    private static DatabaseSink sink(Database database) {
        return new DatabaseSink(
                database, Retention.FOR_EVER, StoreListener.NONE, InstantSource.fixed(Samples.NOW));
    }

    private static Settlement row(long millis, String currency, long picos, long dollarPicos) {
        Random random = new Random();
        Settlement row = Rows.row(random, Math.toIntExact(millis / Rows.DAY_MILLIS), "k");
        return new Settlement(
                new AttemptId(random.nextLong(), random.nextLong(), 1),
                row.requestId(),
                millis,
                millis,
                row.day(),
                row.caller(),
                row.asked(),
                row.end(),
                row.usage(),
                new CallCost(CallCost.State.PRICED, dollarPicos, currency, picos),
                row.times(),
                1,
                1);
    }
}
